import type { EventView, Session } from '@exco/contracts';
import { FirstAnswer } from './first-answer';

const user = { id: 7, displayName: 'Me', classes: [] };
const event = { id: 5, title: 'Winter assembly' } as EventView;
const classmates = [{ id: 8, displayName: 'Mina', className: '7B', checkedIn: false }];
const kept = (session: Partial<Session>, wanted: number | 'current') => {
  const answer = new FirstAnswer();
  answer.keep({ user, ...session }, wanted, 1_000, 1_200);
  return answer;
};

describe('FirstAnswer', () => {
  it('gives the event and the classmates that came along, once', () => {
    const answer = kept({ event, classmates }, 'current');
    expect(answer.takeEvent('current')).toMatchObject({ event, askedAt: 1_000, answeredAt: 1_200 });
    expect(answer.takeEvent('current')).toBeNull();
    expect(answer.takeClassmates(5)).toBe(classmates);
    expect(answer.takeClassmates(5)).toBeNull();
  });

  it('knows the event by its id, too, and no other one', () => {
    expect(kept({ event }, 'current').takeEvent(5)).toMatchObject({ event });
    expect(kept({ event }, 5).takeEvent(6)).toBeNull();
    // The one that was asked for need not be the current one.
    expect(kept({ event }, 5).takeEvent('current')).toBeNull();
    expect(kept({ event, classmates }, 5).takeClassmates(6)).toBeNull();
  });

  it('says that there is no event, and tells that from an answer without one', () => {
    expect(kept({ event: null }, 'current').takeEvent('current')).toMatchObject({ event: null });
    expect(kept({}, 'current').takeEvent('current')).toBeNull();
    expect(kept({ event: null }, 5).takeEvent(5)).toBeNull();
  });
});
