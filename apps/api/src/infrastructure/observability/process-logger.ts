import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { Env } from '../config/env.ts';
import { currentRequestId } from './request-context.ts';
import { withoutSecrets } from './without-secrets.ts';

type Settings = Pick<Env, 'LOG_LEVEL' | 'LOG_FORMAT' | 'NODE_ENV'>;

/** Nest's own words for the levels, from the gravest on. */
const levels = { error: 'error', warn: 'warn', info: 'log', debug: 'debug' } as const satisfies Record<
  string,
  LogLevel
>;

/** Nest's context for a failed start, which `runProcesses` logs already, in one line. */
const saidElsewhere = 'ExceptionHandler';

const isText = (value: unknown): value is string => typeof value === 'string';

/** JSON, a line each, for whatever collects logs: level, time, context, request id, message. */
class JsonLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  /** Nest hands the context over as the last text; before it an error may have its stack. */
  private write(level: 'error' | 'warn' | 'info' | 'debug', message: unknown, rest: unknown[]): void {
    const context = rest.findLast(isText);
    if (context === saidElsewhere) return;
    const stack = rest.slice(0, -1).find(isText);
    const fields = { context, requestId: currentRequestId(), ...(stack && { stack: withoutSecrets(stack) }) };
    if (message instanceof Error)
      this.pino[level]({ ...fields, stack: withoutSecrets(message.stack ?? '') }, withoutSecrets(message.message));
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...fields, ...message });
    else this.pino[level](fields, withoutSecrets(String(message)));
  }
}

class TextLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    level?: LogLevel,
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    if (context === saidElsewhere) return;
    const clean = (said: unknown) => (isText(said) ? withoutSecrets(said) : said);
    super.printMessages(messages.map(clean), context, level, stream, clean(stack));
  }
}

/** @param destination for tests; else standard output */
export function processLogger(
  { LOG_LEVEL, LOG_FORMAT, NODE_ENV }: Settings,
  destination?: DestinationStream,
): LoggerService {
  if ((LOG_FORMAT ?? (NODE_ENV === 'production' ? 'json' : 'text')) === 'json') {
    const options = { level: LOG_LEVEL, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
    return new JsonLogger(destination ? pino(options, destination) : pino(options));
  }
  const names = Object.keys(levels) as (keyof typeof levels)[];
  return new TextLogger({ logLevels: names.slice(0, names.indexOf(LOG_LEVEL) + 1).map((name) => levels[name]) });
}
