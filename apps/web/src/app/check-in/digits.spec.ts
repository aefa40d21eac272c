import { asciiDigits } from './digits';

describe('asciiDigits', () => {
  it.each([
    ['0417', '0417'],
    ['٠٤١٧', '0417'],
    ['۰۴۱۷', '0417'],
    ['०४१७', '0417'],
    ['０４１７', '0417'],
    ['ada.lovelace0417', '0417'],
    [' 04-17 ', '0417'],
    ['x²½Ⅳ', ''],
  ])('reads %j as %j', (text, digits) => {
    expect(asciiDigits(text)).toBe(digits);
  });
});
