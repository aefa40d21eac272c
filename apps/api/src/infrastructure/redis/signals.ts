import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { z } from 'zod';
import { Metrics } from '../observability/metrics.ts';
import { RedisConnections, redisPrefix } from './redis.ts';

/**
 * A message between the processes. Delivered at most once: a hint to look, never the figure itself. Processes of two
 * versions run side by side during a deployment: a field that is added has to be optional.
 */
export interface SignalDefinition<Signal> {
  readonly name: string;
  readonly schema: z.ZodType<Signal>;
}

export function defineSignal<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
): SignalDefinition<z.output<Schema>> {
  return { name, schema: schema as unknown as z.ZodType<z.output<Schema>> };
}

type Handler<Signal> = (signal: Signal) => unknown;

interface Subscription {
  readonly definition: SignalDefinition<unknown>;
  readonly handlers: Handler<unknown>[];
}

const channelPrefix = `${redisPrefix}:signal:`;

/** Publishes and hears signals. No message and no handler can end the process. */
@Injectable()
export class SignalBus implements OnModuleInit {
  private readonly logger = new Logger(SignalBus.name);
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly ignored: Counter<'signal' | 'reason'>;

  constructor(
    private readonly redis: RedisConnections,
    { registry }: Metrics,
  ) {
    this.ignored = new Counter({
      name: 'exco_signals_ignored_total',
      help: 'Messages between processes that were not understood, or whose handler failed.',
      labelNames: ['signal', 'reason'] as const,
      registers: [registry],
    });
  }

  onModuleInit(): void {
    this.redis.subscriber.on('message', (channel: string, text: string) => this.hear(channel, text));
  }

  on<Signal>(definition: SignalDefinition<Signal>, handler: Handler<Signal>): void {
    const known = this.subscriptions.get(definition.name);
    const subscription = known ?? { definition, handlers: [] };
    subscription.handlers.push(handler as Handler<unknown>);
    if (known) return;
    this.subscriptions.set(definition.name, subscription);
    // Before the first connection this waits in the client; after a reconnect the client subscribes again by itself.
    this.redis.subscriber
      .subscribe(channelPrefix + definition.name)
      .catch((error: unknown) => this.logger.warn(`no subscription to ${definition.name}: ${String(error)}`));
  }

  /** Reaches every process, this one too; without Redis this one alone. */
  publish<Signal>({ name }: SignalDefinition<Signal>, signal: Signal): void {
    this.redis.commands.publish(channelPrefix + name, JSON.stringify(signal)).catch(() => this.deliver(name, signal));
  }

  private hear(channel: string, text: string): void {
    if (!channel.startsWith(channelPrefix)) return;
    const name = channel.slice(channelPrefix.length);
    const subscription = this.subscriptions.get(name);
    if (!subscription) {
      this.ignored.inc({ signal: 'unknown', reason: 'unknown' });
      return;
    }
    const signal = subscription.definition.schema.safeParse(jsonOrUndefined(text));
    if (signal.success) this.deliver(name, signal.data);
    else this.ignored.inc({ signal: name, reason: 'invalid' });
  }

  private deliver(name: string, signal: unknown): void {
    for (const handler of this.subscriptions.get(name)?.handlers ?? []) void this.handle(name, handler, signal);
  }

  /** One handler that fails does not keep the signal from the others. */
  private async handle(name: string, handler: Handler<unknown>, signal: unknown): Promise<void> {
    try {
      await handler(signal);
    } catch (error) {
      this.ignored.inc({ signal: name, reason: 'handler' });
      this.logger.error(`a handler of ${name} failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
