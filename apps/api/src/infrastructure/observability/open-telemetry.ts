import { tracingChannel } from 'node:diagnostics_channel';
import { Logger } from '@nestjs/common';
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, parseKeyPairsIntoRecord, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Env } from '../config/env.ts';
import { within } from '../database/failures.ts';

/* Loaded where traces are wanted, and nowhere else: only tracing.ts may import it, and only when it is needed. */

const kinds = { producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const;

/** What a span is told holds for everybody: never who, what was typed, or an error's or a statement's text. */
export interface Step {
  name: string;
  kind: keyof typeof kinds;
  attributes: Attributes;
  /** Where the trace comes from, as `current` gave it in another process. */
  from?: string | undefined;
}

type Settings = Pick<
  Env,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_TRACES_SAMPLER_ARG' | 'processId'
>;

/** Spans that wait for the collector; more are dropped. Some seconds of an opening. */
const mostWaiting = 20_000;
const shutdownMilliseconds = 2_000;

/** A collector that cannot be reached is said once: whoever looks for traces finds out, and nobody else is disturbed. */
export class Exporter extends OTLPTraceExporter {
  private readonly logger = new Logger('Tracing');
  private hasWarned = false;

  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    super.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS && !this.hasWarned) {
        this.hasWarned = true;
        this.logger.warn(
          `OTEL_EXPORTER_OTLP_ENDPOINT: traces do not arrive there, and are lost; everything else goes on: ${String(result.error)}`,
        );
      }
      done(result);
    });
  }
}

function fail(span: Span, error: unknown): void {
  const { name = 'unknown', code } = error as { name?: string; code?: unknown };
  span.setAttribute('error.type', typeof code === 'string' ? code : name);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The spans of this process, and their way to the collector. */
export class OpenTelemetry {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(settings: Settings, service: string) {
    const url = `${settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')}/v1/traces`;
    const exporter = new Exporter({ url, headers: parseKeyPairsIntoRecord(settings.OTEL_EXPORTER_OTLP_HEADERS) });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': settings.processId }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.OTEL_TRACES_SAMPLER_ARG) }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: mostWaiting,
          maxExportBatchSize: 2_000,
          scheduledDelayMillis: 1_000,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('exco-live');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    for (const channel of ['mysql2:query', 'mysql2:execute']) this.watchStatements(channel);
  }

  /** A request begins a trace of its own: what a browser claims of one is not believed. Gives what ends it. */
  request(method: string, route: string, go: () => void): (status: number) => void {
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = this.tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
    context.with(trace.setSpan(context.active(), span), go);
    return (status) => {
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  }

  async during<T>({ name, kind, attributes, from }: Step, work: () => Promise<T>): Promise<T> {
    const span = this.tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(from));
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** What another process goes on from, as W3C’s `traceparent`. */
  current(): string | undefined {
    const span = trace.getActiveSpan()?.spanContext();
    return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
  }

  /** What runs now was done in another trace: its span there. */
  link(from: string): void {
    const linked = parseTraceParent(from);
    const span = trace.getActiveSpan();
    if (linked && span && linked.traceId !== span.spanContext().traceId) span.addLink({ context: linked });
  }

  async end(): Promise<void> {
    await within(shutdownMilliseconds, this.provider.shutdown()).catch(() => undefined);
  }

  /** mysql2 tells of each statement; one that belongs to no trace, such as a look from time to time, begins none. */
  private watchStatements(channel: string): void {
    const spans = new WeakMap<object, Span>();
    tracingChannel<unknown, { query?: string; error?: unknown }>(channel).subscribe({
      start: (statement) => {
        if (!trace.getActiveSpan()) return;
        const operation = operationOf(statement.query);
        const attributes = { 'db.system.name': 'mysql', 'db.operation.name': operation };
        spans.set(statement, this.tracer.startSpan(`SQL ${operation}`, { kind: SpanKind.CLIENT, attributes }));
      },
      error: (statement) => {
        const span = spans.get(statement);
        if (span) fail(span, statement.error);
      },
      end: () => undefined,
      asyncStart: (statement) => spans.get(statement)?.end(),
      asyncEnd: () => undefined,
    });
  }
}

/** A job of another version has no trace, or one that is not understood: then a new one begins. */
function contextOf(from: string | undefined) {
  if (from === undefined) return context.active();
  const parent = parseTraceParent(from);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

/** The verb alone: a statement's text holds values. Of a packet the one that says what it is for. */
function operationOf(sql = ''): string {
  return /\b(INSERT|UPDATE|DELETE|REPLACE|SELECT)\b/i.exec(sql)?.[1]?.toUpperCase() ?? 'OTHER';
}
