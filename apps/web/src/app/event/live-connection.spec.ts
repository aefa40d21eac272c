import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { CurrentEvent } from './current-event';
import { LiveConnection } from './live-connection';
import { StreamAddress } from './stream-address';

class FakeSocket {
  static made: FakeSocket[] = [];
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readyState = 1;
  closed = false;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

describe('LiveConnection', () => {
  const event = { receive: jest.fn(), connecting: jest.fn(), refresh: jest.fn(() => Promise.resolve()) };
  const stream = { know: jest.fn() };
  const realWebSocket = globalThis.WebSocket;
  let live: LiveConnection;
  const latest = () => FakeSocket.made.at(-1) as FakeSocket;
  const breaks = () => latest().onclose?.({ code: 1006, wasClean: false } as CloseEvent);

  beforeEach(() => {
    jest.useFakeTimers();
    FakeSocket.made = [];
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    for (const mock of Object.values({ ...event, ...stream })) mock.mockClear();
    TestBed.configureTestingModule({
      providers: [
        { provide: CurrentEvent, useValue: event },
        { provide: StreamAddress, useValue: stream },
      ],
    });
    live = TestBed.inject(LiveConnection);
  });
  afterEach(() => {
    live.release();
    jest.useRealTimers();
    globalThis.WebSocket = realWebSocket;
  });

  it('holds one connection for an event, and hands on what it says', () => {
    live.hold(5);
    live.hold(5);
    expect(FakeSocket.made).toHaveLength(1);
    expect(live.status()).toBe('connecting');
    latest().onopen?.(new Event('open'));
    expect(live.status()).toBe('connected');
    latest().onmessage?.(new MessageEvent('message', { data: '{"type":"heartbeat","serverTime":"x"}' }));
    expect(event.receive).toHaveBeenCalledWith({ type: 'heartbeat', serverTime: 'x' });
  });

  it('keeps where the stream is before the page hears that a classmate checked me in', () => {
    live.hold(5);
    const known: number[] = [];
    event.receive.mockImplementationOnce(() => void known.push(stream.know.mock.calls.length));
    const [told, asked] = [{ url: '/live.m3u8', fallbackUrl: null }, { checkedInAt: 'x' }];
    const message = (fields: object) => new MessageEvent('message', { data: JSON.stringify(fields) });
    latest().onmessage?.(message({ type: 'attendance', attendance: asked, stream: told }));
    expect(stream.know).toHaveBeenCalledWith(5, told);
    expect(known).toEqual([1]);
    // A server that says nothing of it is asked by the stream page.
    latest().onmessage?.(message({ type: 'attendance', attendance: asked }));
    expect(stream.know).toHaveBeenCalledTimes(1);
    expect(event.receive).toHaveBeenCalledTimes(2);
  });

  it('turns to another event', () => {
    live.hold(5);
    const [first] = FakeSocket.made;
    first?.onopen?.(new Event('open'));
    live.hold(6);
    expect(first?.closed).toBe(true);
    expect(latest().url).toContain('eventId=6');
  });

  it('asks an ordinary request after three failed tries: the session may be over', () => {
    live.hold(5);
    for (const attempt of [1, 2, 3]) {
      breaks();
      expect(live.status()).toBe('lost');
      expect(event.refresh).toHaveBeenCalledTimes(attempt === 3 ? 1 : 0);
      jest.advanceTimersByTime(30_000);
    }
    expect(event.connecting).toHaveBeenCalledTimes(4);
  });

  it('is off once released', () => {
    live.hold(5);
    live.release();
    expect(live.status()).toBe('off');
    jest.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
  });
});
