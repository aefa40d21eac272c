import { jest } from '@jest/globals';
import { Api } from './api';
import { line } from './line';

const event = { id: 5 };

describe('Api', () => {
  const fetched = jest.fn<typeof fetch>();
  const realFetch = globalThis.fetch;
  let api: Api;
  const answers = (status: number, body: string, headers: Record<string, string> = {}) =>
    fetched.mockResolvedValue({
      ok: status < 300,
      status,
      headers: { get: (name: string) => headers[name] ?? null },
      json: () => new Promise((resolve) => resolve(JSON.parse(body))),
    } as Response);

  beforeEach(() => {
    fetched.mockReset();
    globalThis.fetch = fetched;
    api = new Api();
  });
  afterEach(() => (globalThis.fetch = realFetch));

  it('answers what the server answers', async () => {
    answers(200, JSON.stringify(event));
    await expect(api.event(5)).resolves.toEqual(event);
    expect(fetched.mock.lastCall?.[0]).toBe('/api/events/5');
  });

  it.each(['', '{"id":', '<html>Log in to the school’s Wi-Fi</html>'])(
    'takes a 200 with the body %j for no answer: it may be repeated',
    async (body) => {
      answers(200, body);
      await expect(api.event(5)).rejects.toMatchObject({ code: 'OFFLINE', passing: true });
    },
  );

  it('tells that something came through, whatever the server says, and never that nothing did', async () => {
    const told = jest.spyOn(line, 'cameThrough');
    answers(200, JSON.stringify(event));
    await api.event(5);
    answers(404, '{}');
    await expect(api.event(5)).rejects.toBeDefined();
    expect(told).toHaveBeenCalledTimes(2);
    answers(200, '<html>');
    await expect(api.event(5)).rejects.toBeDefined();
    fetched.mockRejectedValue(new TypeError('no answer'));
    await expect(api.event(5)).rejects.toBeDefined();
    expect(told).toHaveBeenCalledTimes(2);
    told.mockRestore();
  });

  it('needs no body of a 204', async () => {
    answers(204, '');
    await expect(api.signOut()).resolves.toBeUndefined();
  });

  it('takes a lost request for no answer', async () => {
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    await expect(api.event(5)).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  it('says why it was refused, and how long to wait', async () => {
    answers(503, JSON.stringify({ code: 'BUSY', message: 'Busy' }), { 'retry-after': '3' });
    await expect(api.event(5)).rejects.toMatchObject({ code: 'BUSY', retryAfterMilliseconds: 3_000 });
  });

  it('takes a proxy’s own 503 page for busy, and any other for an error that may pass', async () => {
    answers(503, '<html>');
    await expect(api.event(5)).rejects.toMatchObject({ code: 'BUSY' });
    answers(502, '<html>');
    await expect(api.event(5)).rejects.toMatchObject({ code: 'INTERNAL_ERROR', passing: true });
  });

  it('tells when the session is over', async () => {
    const signedOut = jest.fn();
    api.signedOut.subscribe(signedOut);
    answers(401, JSON.stringify({ code: 'NOT_SIGNED_IN', message: 'Sign in' }));
    await expect(api.event(5)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(signedOut).toHaveBeenCalledTimes(1);
  });

  it('ends with the page that asked, whatever the answer is', async () => {
    const leaving = new AbortController();
    fetched.mockImplementation(() => {
      leaving.abort(new Error('left'));
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    });
    await expect(api.checkOut(5, { userIds: [7] }, leaving.signal)).rejects.toThrow('left');
  });

  it('takes the request along that is under way', () => {
    const leaving = new AbortController();
    let underWay: AbortSignal | null | undefined;
    fetched.mockImplementation((_, options) => {
      underWay = options?.signal;
      return new Promise(() => undefined);
    });
    void api.checkIn(
      5,
      { digits: '0417', classmates: [], connection: { kbps: 4_000, bytes: 192_000 } },
      leaving.signal,
    );
    expect(underWay?.aborted).toBe(false);
    leaving.abort(new Error('left'));
    expect(underWay?.aborted).toBe(true);
  });
});
