import autocannon from 'autocannon';
import { serve } from '../processes/serve.ts';

export type CheckInRequests = typeof calls;

/** One check-in, ready to be sent. */
export interface PreparedCheckIn {
  cookie: string;
  body: string;
}

interface Order {
  url: string;
  /** Each prepared check-in is sent once to each of these; without them to `/x`, over and over. */
  eventIds: number[] | null;
  connections: number;
  seconds: number;
}

export interface Sent {
  /** With 200 alone. */
  answered: number;
  seconds: number;
  /** Answers other than 200, by their status, and requests without an answer. */
  others: Record<string, number>;
  /** There were more requests than new rows to ask for. */
  exhausted: boolean;
}

let prepared: PreparedCheckIn[] = [];

const calls = {
  prepare: (given: PreparedCheckIn[]): void => {
    prepared = given;
  },

  send: async ({ url, eventIds, connections, seconds }: Order): Promise<Sent> => {
    const paths = eventIds?.map((id) => `/api/events/${id}/check-ins`);
    const others: Record<string, number> = {};
    let sent = 0;
    const setupRequest = (request: autocannon.Request): autocannon.Request => {
      const index = sent++;
      const one = prepared[index % prepared.length];
      const path = paths ? paths[Math.min(Math.floor(index / prepared.length), paths.length - 1)] : '/x';
      return {
        ...request,
        ...(path ? { path } : {}),
        headers: { 'content-type': 'application/json', cookie: one?.cookie ?? '' },
        body: one?.body ?? '',
      };
    };
    const result = await autocannon({
      url,
      connections,
      duration: seconds,
      setupClient: (client) =>
        client.on('response', (status) => {
          if (status !== 200) others[status] = (others[status] ?? 0) + 1;
        }),
      requests: [{ method: 'POST', setupRequest }],
    });
    if (result.errors + result.timeouts > 0) others['none'] = result.errors + result.timeouts;
    return {
      answered: result['2xx'] - (others['202'] ?? 0),
      seconds: result.duration,
      others,
      exhausted: paths !== undefined && sent > paths.length * prepared.length,
    };
  },
};

serve(calls);
