import {
  concat,
  defer,
  fromEvent,
  merge,
  type Observable,
  race,
  retry,
  switchMap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { heartbeatMilliseconds, type LiveMessage } from '@exco/contracts';
import { backoff } from '@exco/page-rules';
import { line } from '../core/line';

export interface Watch {
  /** A try begins: what comes over an earlier connection does not count any more. */
  connecting: () => void;
  connected: () => void;
  /** @param attempt which try in a row comes next; 1 right after a working connection was lost */
  lost: (attempt: number) => void;
}

/**
 * The server says something at least every 25 s. A connection that is silent for longer is gone, though nobody has told
 * the browser: routers and proxies forget connections without a word.
 */
const longestSilence = heartbeatMilliseconds + 10_000;

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
    }).pipe(timeout({ each: longestSilence }));
  });
  const closed = throwError(() => new Error('the server closed the connection'));
  // A socket whose network is gone would stay open, and silent, for minutes.
  const offline = fromEvent(window, 'offline').pipe(switchMap(() => closed));
  return merge(concat(connection, closed), offline).pipe(
    retry({
      resetOnSuccess: true,
      delay: (_, attempt) => {
        watch.lost(attempt);
        const online = fromEvent(window, 'online').pipe(switchMap(() => timer(line.turn(random))));
        return race(timer(backoff(attempt, { random })), online);
      },
    }),
  );
}
