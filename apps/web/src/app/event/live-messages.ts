import { concat, defer, fromEvent, merge, type Observable, race, retry, switchMap, throwError, timer } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import type { LiveMessage } from '@exco/contracts';
import { backoff } from '../core/retry';

export interface Watch {
  /** A try begins: the server’s view of the event, the first thing that it tells of it, is asked for now. */
  connecting: () => void;
  connected: () => void;
  /** @param attempt which try in a row comes next; 1 right after a working connection was lost */
  lost: (attempt: number) => void;
}

/** A school comes back online as one: even then nobody knocks at once. */
const mostAfterOnline = 1_500;

/** The messages of one event, over a connection that is made again whenever it is lost. Never completes, never fails. */
export function liveMessages(
  eventId: number,
  watch: Watch,
  WebSocketCtor: typeof WebSocket = WebSocket,
  random = Math.random,
): Observable<LiveMessage> {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const connection = defer(() => {
    watch.connecting();
    return webSocket<LiveMessage>({
      url: `${scheme}//${location.host}/api/live?eventId=${eventId}&view=1`,
      WebSocketCtor,
      openObserver: { next: () => watch.connected() },
    });
  });
  const closed = throwError(() => new Error('the server closed the connection'));
  // A socket whose network is gone would stay open, and silent, for minutes.
  const offline = fromEvent(window, 'offline').pipe(switchMap(() => closed));
  return merge(concat(connection, closed), offline).pipe(
    retry({
      resetOnSuccess: true,
      delay: (_, attempt) => {
        watch.lost(attempt);
        const online = fromEvent(window, 'online').pipe(switchMap(() => timer(random() * mostAfterOnline)));
        return race(timer(backoff(attempt, { random })), online);
      },
    }),
  );
}
