import { SentinelConnector, type SentinelConnectionOptions } from 'ioredis';

/** For one Sentinel to say who is master; then the next one is asked. The one beside a master that is gone is gone too. */
const answerMilliseconds = 500;

/**
 * Asks the Sentinels who is master. As ioredis 5.11 has it, the watch for failovers over the connection that was lost goes
 * on meanwhile; one that hears of a failover then breaks off the asking, and the client never connects again.
 */
export class Sentinels extends SentinelConnector {
  constructor(options: unknown) {
    super({
      ...(options as SentinelConnectionOptions),
      connectTimeout: answerMilliseconds,
      sentinelCommandTimeout: answerMilliseconds,
    });
  }

  override connect(...args: Parameters<SentinelConnector['connect']>): ReturnType<SentinelConnector['connect']> {
    // Ends the watch; the connection has ended already.
    this.disconnect();
    return super.connect(...args);
  }
}
