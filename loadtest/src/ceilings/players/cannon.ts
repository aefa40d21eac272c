import autocannon from 'autocannon';
import { perform } from '../perform.ts';

export type Cannon = typeof acts;

/** One check-in, ready to be sent. */
export interface Shot {
  cookie: string;
  body: string;
}

interface Orders {
  url: string;
  /** Each of the shots is sent once to each of these; without them: to `/x`, over and over. */
  eventIds: number[] | null;
  connections: number;
  seconds: number;
}

export interface Volley {
  /** 200 alone. */
  answered: number;
  seconds: number;
  /** Of all answers that were not 200, by their status. */
  others: Record<string, number>;
  errors: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** For each request in the order of sending whether it was answered 200. `index = event × shots + shot`. */
  acknowledged: Uint8Array;
  sent: number;
  /** There were more requests than new rows to ask for. */
  exhausted: boolean;
}

let shots: Shot[] = [];

const acts = {
  load: (given: Shot[]): void => {
    shots = given;
  },

  fire: async ({ url, eventIds, connections, seconds }: Orders): Promise<Volley> => {
    const paths = eventIds?.map((id) => `/api/events/${id}/check-ins`);
    const room = paths ? paths.length * shots.length : 0;
    const acknowledged = new Uint8Array(room);
    const others: Record<string, number> = {};
    let sent = 0;
    let lastBuilt = 0;
    let building: { request: number } | null = null;

    // autocannon's own `onResponse` takes every header apart. Its client builds the next request within the event
    // `request`, so which one an answer belongs to can be remembered for nothing.
    const setupClient = (client: autocannon.Client) => {
      const state = { request: lastBuilt };
      let first = true;
      client.on('request' as 'response', () => {
        building = first ? null : state;
        first = false;
      });
      client.on('response', (status) => {
        if (status !== 200) others[status] = (others[status] ?? 0) + 1;
        else if (state.request < room) acknowledged[state.request] = 1;
      });
    };
    const setupRequest = (request: autocannon.Request): autocannon.Request => {
      const index = (lastBuilt = sent++);
      if (building) building.request = index;
      building = null;
      const { cookie, body } = shots[index % shots.length] as Shot;
      const path = paths ? paths[Math.min(Math.floor(index / shots.length), paths.length - 1)] : '/x';
      return { ...request, ...(path ? { path } : {}), headers: { 'content-type': 'application/json', cookie }, body };
    };
    const result = await autocannon({
      url,
      connections,
      duration: seconds,
      setupClient,
      requests: [{ method: 'POST', setupRequest }],
    });
    return {
      answered: result['2xx'] - (others['202'] ?? 0),
      seconds: result.duration,
      others,
      errors: result.errors + result.timeouts,
      p50Milliseconds: result.latency.p50,
      p99Milliseconds: result.latency.p99,
      acknowledged: acknowledged.subarray(0, sent),
      sent,
      exhausted: paths !== undefined && sent > room,
    };
  },
};

perform(acts);
