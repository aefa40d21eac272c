import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** `{ intValue: "3" }` and the like. */
function plain(value: Record<string, string | number | boolean>): string | number | boolean | undefined {
  const [type, given] = Object.entries(value)[0] ?? [];
  return type === 'intValue' ? Number(given) : given;
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, plain(value)])));
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  events: z.array(z.unknown()).default([]),
});
/** What an exporter posts: OTLP as JSON, as far as the tests look at it. */
const posted = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.object({ attributes }), scopeSpans: z.array(z.object({ spans: z.array(span) })) }),
  ),
});

export type CollectedSpan = z.infer<typeof span> & { service: string };

/** A collector as an operator runs one, on a port of its own. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, answer) => {
      void text(request).then((body) => {
        if (request.url === '/v1/traces') this.take(body);
        answer.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector(createServer());
    await once(collector.server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A span and all above it, the topmost last. */
  upwards(from: CollectedSpan | undefined): CollectedSpan[] {
    if (!from) return [];
    const parent = this.spans.find(({ traceId, spanId }) => traceId === from.traceId && spanId === from.parentSpanId);
    return [from, ...this.upwards(parent)];
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(body: string): void {
    for (const { resource, scopeSpans } of posted.parse(JSON.parse(body)).resourceSpans)
      for (const { spans } of scopeSpans)
        this.spans.push(...spans.map((one) => ({ ...one, service: String(resource.attributes['service.name']) })));
  }
}
