import { jest } from '@jest/globals';
import type { LiveMessage } from '@exco/contracts';
import { liveMessages } from './live-messages';

/** A socket that the test opens, feeds and closes. */
class FakeSocket extends EventTarget {
  static made: FakeSocket[] = [];
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }
  says(message: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  breaks(code = 1006): void {
    this.onclose?.({ code, wasClean: code !== 1006 } as CloseEvent);
  }
}

const counts = { type: 'counts', eventId: 5, checkedIn: 1, checkedOut: 0, watching: 1, seq: 1 };

function watchEvent(random = () => 1) {
  const received: LiveMessage[] = [];
  const lost: number[] = [];
  const connecting = jest.fn();
  const connected = jest.fn();
  const subscription = liveMessages(
    5,
    { connecting, connected, lost: (attempt) => lost.push(attempt) },
    FakeSocket as unknown as typeof WebSocket,
    random,
  ).subscribe((message) => received.push(message));
  return { received, lost, connecting, connected, subscription, latest: () => FakeSocket.made.at(-1) as FakeSocket };
}

describe('liveMessages', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeSocket.made = [];
  });
  afterEach(() => jest.useRealTimers());

  it('hands on what the server says about the event', () => {
    const { received, latest } = watchEvent();
    latest().opens();
    latest().says(counts);
    expect(latest().url).toBe('ws://localhost/api/live?eventId=5&view=1');
    expect(received).toEqual([counts]);
  });

  it.each([1000, 1006, 1012])('comes back after a close with code %d', (code) => {
    const { lost, latest } = watchEvent();
    latest().opens();
    latest().breaks(code);
    expect(lost).toEqual([1]);
    jest.advanceTimersByTime(1_999);
    expect(FakeSocket.made).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('waits longer each time, and begins anew once the server has spoken', () => {
    const { lost, connecting, connected, latest } = watchEvent();
    latest().breaks();
    jest.advanceTimersByTime(2_000);
    latest().breaks();
    jest.advanceTimersByTime(3_999);
    expect(FakeSocket.made).toHaveLength(2);
    jest.advanceTimersByTime(1);
    latest().opens();
    latest().says(counts);
    latest().breaks();
    expect(lost).toEqual([1, 2, 1]);
    expect(connecting).toHaveBeenCalledTimes(3);
    expect(connected).toHaveBeenCalledTimes(1);
  });

  it('takes a lost network for a lost connection, and is quick when it returns', () => {
    const { lost, latest } = watchEvent(() => 0.9);
    latest().opens();
    window.dispatchEvent(new Event('offline'));
    expect(lost).toEqual([1]);
    window.dispatchEvent(new Event('online'));
    jest.advanceTimersByTime(1_350);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('takes a connection that fell silent for a lost one', () => {
    const { lost, latest } = watchEvent();
    latest().opens();
    latest().says(counts);
    jest.advanceTimersByTime(30_000);
    latest().says({ type: 'heartbeat', serverTime: '2026-11-22T09:00:00.000Z' });
    jest.advanceTimersByTime(34_999);
    expect(lost).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lost).toEqual([1]);
    expect(latest().closed).toBe(true);
    jest.advanceTimersByTime(2_000);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('ends with the page', () => {
    const { subscription, latest } = watchEvent();
    latest().opens();
    subscription.unsubscribe();
    expect(latest().closed).toBe(true);
    jest.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
  });
});
