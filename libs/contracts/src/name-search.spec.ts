import { matches } from './name-search.ts';

describe('matches', () => {
  it.each([
    ['Zoë O’Neill', 'zoe'],
    ['Zoë O’Neill', 'oneill'],
    ["Zoë O'Neill", 'O’Nei'],
    ['Łukasz Sørensen', 'lukasz sor'],
    ['Lars-Erik Anne-Marie', 'erik'],
    ['Elena Jamal Rossi', 'ros el'],
    ['Straße', 'STRASSE'],
    ['Йордан Јовановић', 'йор'],
    ['조민준', '조'],
    ['조민준', '민준'],
    ['张伟芳', '伟芳'],
    ['ÉLISE DUPONT', 'élise'],
    ['anybody', '  '],
  ])('finds %s by %s', (name, searched) => {
    expect(matches(name, searched)).toBe(true);
  });

  it.each([
    ['Elena Rossi', 'lena'],
    ['Elena Rossi', 'elena x'],
  ])('does not find %s by %s', (name, searched) => {
    expect(matches(name, searched)).toBe(false);
  });
});
