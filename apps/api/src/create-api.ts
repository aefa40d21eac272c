import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiDocs } from './api-docs.ts';
import { ApiModule } from './api.module.ts';
import { LiveAdapter } from './attendance/realtime/live.adapter.ts';
import { ApiError } from './infrastructure/http/api-error.ts';
import { limitBodies } from './infrastructure/http/body-deadline.ts';
import { readJsonBodies } from './infrastructure/http/json-bodies.ts';
import { ApiErrorFilter } from './infrastructure/http/api-error.filter.ts';
import { answerClientError, connectionLimits, limitPipelining } from './infrastructure/http/connections.ts';
import { ContractAnswers } from './infrastructure/http/contract-answers.interceptor.ts';
import { serveDocs } from './infrastructure/http/docs.ts';
import type { Env } from './infrastructure/config/env.ts';
import { refuseForeignPages } from './infrastructure/http/own-origin.ts';
import { logRequests } from './infrastructure/http/request-log.ts';
import { traceRequests } from './infrastructure/http/request-traces.ts';
import { sendSecurityHeaders } from './infrastructure/http/security-headers.ts';
import { processLogger } from './infrastructure/observability/process-logger.ts';
import { serveWebApp } from './infrastructure/http/web-app.ts';
import { useAdmissionControl } from './admission/admission-hook.ts';
import { LiveEvents } from './stream/events/live-events.ts';
import { acceptRosterUploads } from './users/roster-import/raw-uploads.ts';

/** A check-in with two hundred classmates is 7 kB. */
const mostBodyBytes = 64 * 1024;

/** Refuses what does not fit its contract schema, naming each field. */
class ContractPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: (issues) =>
        new ApiError(
          'BAD_REQUEST',
          issues.slice(0, 20).map(({ path, message }) => ({
            path: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
            message,
          })),
        ),
    });
  }

  /** Fastify’s parser has refused `__proto__` already; walking every body again costs 3 % of a check-in. */
  protected override stripProtoKeys(): void {
    return;
  }
}

/** The API as production runs it, not listening yet. */
export async function createApi(env: Env): Promise<NestFastifyApplication> {
  const filter = new ApiErrorFilter();
  const adapter = new FastifyAdapter({
    bodyLimit: mostBodyBytes,
    trustProxy: env.TRUST_PROXY > 0 && ((_: string, hop: number) => hop < env.TRUST_PROXY),
    // Above the 60 s of common proxies, so that they never reuse a connection that we are closing. Without a proxy
    // every student would hold a second descriptor beside the live connection: let go of it soon.
    keepAliveTimeout: env.TRUST_PROXY > 0 ? 72_000 : 10_000,
    // Of the slowest upload. Other bodies have a shorter time: `limitBodies`.
    requestTimeout: 60 * 60_000,
    connectionTimeout: connectionLimits.timeout,
    http: {
      headersTimeout: connectionLimits.headersTimeout,
      connectionsCheckingInterval: connectionLimits.connectionsCheckingInterval,
    },
    clientErrorHandler: answerClientError,
    // No middleware is used, so none is looked for at every request.
    skipMiddie: true,
    return503OnClosing: false,
    // What Fastify refuses before there is a route, such as a broken escape in the address.
    frameworkErrors: (error: Error, _: FastifyRequest, reply: FastifyReply) => filter.answer(error, reply),
  });
  // JSON alone: a form or plain text may be sent by any foreign page without asking first.
  adapter.getInstance().removeContentTypeParser('text/plain');
  readJsonBodies(adapter.getInstance());
  limitBodies(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.for(env), adapter, {
    logger: processLogger(env),
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalPipes(new ContractPipe());
  app.useGlobalFilters(filter);
  if (env.NODE_ENV !== 'production') app.useGlobalInterceptors(new ContractAnswers());
  app.useWebSocketAdapter(new LiveAdapter(app));
  traceRequests(app, env);
  logRequests(app, env);
  sendSecurityHeaders(adapter.getInstance(), env);
  limitPipelining(adapter.getInstance());
  refuseForeignPages(adapter.getInstance(), env, (error, reply) => filter.answer(error, reply));
  useAdmissionControl(app, filter);
  acceptRosterUploads(app);
  if (env.docs) serveDocs(app, apiDocs);
  await serveWebApp(app, env, () => app.get(LiveEvents).streamOrigins());
  return app;
}
