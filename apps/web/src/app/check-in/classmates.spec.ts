import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import type { Classmate } from '@exco/contracts';
import { Api } from '../core/api';
import { ApiProblem } from '../core/api-problem';
import { Classmates } from './classmates';

const classmate = (id: number, displayName: string, more: Partial<Classmate> = {}): Classmate => ({
  id,
  displayName,
  className: '7B',
  checkedIn: false,
  ...more,
});

describe('Classmates', () => {
  const ask = jest.fn<Api['classmates']>();
  const checkDigits = jest.fn<Api['checkDigits']>();
  let classmates: Classmates;

  beforeEach(async () => {
    jest.useFakeTimers();
    checkDigits.mockReset();
    ask
      .mockReset()
      .mockResolvedValue([
        classmate(3, 'Zoë'),
        classmate(1, 'Ångström', { checkedIn: true }),
        classmate(2, 'élise'),
        classmate(4, 'Ada', { className: '6A' }),
      ]);
    TestBed.configureTestingModule({
      providers: [Classmates, { provide: Api, useValue: { classmates: ask, checkDigits } }],
    });
    classmates = TestBed.inject(Classmates);
    await classmates.load(5);
  });
  afterEach(() => jest.useRealTimers());

  const settle = () => jest.advanceTimersByTimeAsync(0);
  type Result = Awaited<ReturnType<Api['checkDigits']>>['results'][number];
  const answer = (outcome: Result['outcome'], more: Partial<Result> = {}) =>
    checkDigits.mockImplementation((_, checks) =>
      Promise.resolve({ results: checks.map(({ userId }) => ({ userId, outcome, ...more })) }),
    );

  it('stands class by class, by name, with those who are there at the end', () => {
    expect(classmates.all()?.map(({ id }) => id)).toEqual([4, 2, 3, 1]);
  });

  it('asks the server for names when the list is not everybody, and keeps whom it knows', async () => {
    ask.mockResolvedValueOnce(Array.from({ length: 300 }, (_, index) => classmate(index + 1, `Pupil ${index}`)));
    await classmates.load(5);
    classmates.type(7, '0417');
    ask.mockResolvedValueOnce([classmate(900, 'Zoë'), classmate(7, 'Pupil 6')]);
    for (const text of ['z', 'zo', 'zoe']) classmates.search(text);
    await jest.advanceTimersByTimeAsync(250);
    expect(ask.mock.calls.at(-1)).toEqual([5, 'zoe']);
    expect(classmates.all()).toHaveLength(301);
    expect(classmates.entry(7).digits).toBe('0417');
  });

  it('asks nobody for names when everybody is listed', async () => {
    ask.mockClear();
    classmates.search('zoe');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks as soon as four digits stand there, and not before', async () => {
    answer('match');
    classmates.type(2, '041');
    expect(checkDigits).not.toHaveBeenCalled();
    classmates.type(2, '0417');
    await settle();
    expect(checkDigits).toHaveBeenCalledWith(5, [{ userId: 2, digits: '0417' }]);
    expect(classmates.entry(2).verdict).toBe('added');
    expect(classmates.checks()).toEqual([{ userId: 2, digits: '0417' }]);
  });

  it.each(['wrong-digits', 'already-checked-in'] as const)(
    'does not bring along who is answered %s',
    async (outcome) => {
      answer(outcome);
      classmates.type(2, '0417');
      await settle();
      expect(classmates.entry(2).verdict).toBe(outcome);
      expect(classmates.checks()).toEqual([]);
    },
  );

  it('forgets an answer to digits that were typed over meanwhile', async () => {
    answer('match');
    classmates.type(2, '0417');
    classmates.type(2, '041');
    await settle();
    expect(classmates.entry(2).verdict).toBe('none');
  });

  it('leaves it to the check-in when the server cannot be asked', async () => {
    checkDigits.mockRejectedValue(new ApiProblem('OFFLINE'));
    classmates.type(2, '0417');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(classmates.entry(2).verdict).toBe('unchecked');
    expect(classmates.checks()).toHaveLength(1);
  });

  it('counts a lock down, and opens the field again', async () => {
    answer('locked', { retryAfterSeconds: 42 });
    classmates.type(2, '0417');
    await settle();
    expect(classmates.entry(2)).toEqual({ digits: '', verdict: 'locked', secondsLeft: 42 });
    await jest.advanceTimersByTimeAsync(40_000);
    expect(classmates.entry(2).secondsLeft).toBe(2);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(classmates.entry(2).verdict).toBe('none');
  });

  it('asks in one request about a whole draft, and in the next about all that were typed meanwhile', async () => {
    let first: (result: { results: Result[] }) => void = () => undefined;
    checkDigits.mockReturnValueOnce(new Promise((resolve) => (first = resolve)));
    classmates.restore({ 2: '0001', 3: '0002' });
    await classmates.load(5);
    await settle();
    for (const digits of ['1111', '0003']) classmates.type(4, digits);
    classmates.type(3, '0004');
    answer('match');
    first({
      results: [
        { userId: 2, outcome: 'match' },
        { userId: 3, outcome: 'match' },
      ],
    });
    await settle();
    expect(checkDigits.mock.calls.map(([, checks]) => checks)).toEqual([
      [
        { userId: 3, digits: '0002' },
        { userId: 2, digits: '0001' },
      ],
      [
        { userId: 4, digits: '0003' },
        { userId: 3, digits: '0004' },
      ],
    ]);
    expect(classmates.checks().map(({ digits }) => digits)).toEqual(['0003', '0001', '0004']);
  });

  it('keeps what was typed before a reload until there is a list', async () => {
    ask.mockRejectedValueOnce(new ApiProblem('EVENT_NOT_FOUND'));
    classmates.restore({ 2: '0001' });
    await classmates.load(5);
    expect(classmates.typed()).toEqual({ 2: '0001' });
    await classmates.load(5);
    expect(classmates.entry(2).digits).toBe('0001');
    classmates.remove(2);
    expect(classmates.typed()).toEqual({});
  });

  it('brings no more than one request may', async () => {
    ask.mockResolvedValue(Array.from({ length: 250 }, (_, index) => classmate(index + 1, `Student ${index}`)));
    answer('match');
    await classmates.load(5);
    for (let id = 1; id <= 250; id++) classmates.type(id, '0417');
    await settle();
    expect(classmates.checks()).toHaveLength(200);
  });

  it('says why there is no list', async () => {
    ask.mockRejectedValue(new ApiProblem('EVENT_NOT_FOUND'));
    await classmates.load(5);
    expect(classmates.problem()?.code).toBe('EVENT_NOT_FOUND');
  });
});
