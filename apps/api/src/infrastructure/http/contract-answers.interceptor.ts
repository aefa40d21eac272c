import { isDeepStrictEqual } from 'node:util';
import { StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { DECORATORS } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import type { z } from 'zod';

/**
 * Compares each answer with the schema that its route documents, so that an answer that leaves the contract fails a
 * test. Not in production: it costs time, and there the tests have been. Nest's StandardSchemaSerializerInterceptor
 * would need the schema a second time on each route, knows one for all statuses, and removes unknown fields in silence.
 */
export class ContractAnswers implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const documented = (Reflect.getMetadata(DECORATORS.API_RESPONSE, context.getHandler()) ?? {}) as Partial<
      Record<number, { standardSchema?: z.ZodType }>
    >;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        const schema = documented[reply.statusCode]?.standardSchema;
        if (schema && !(answer instanceof StreamableFile)) await refuseForeign(schema, answer);
        return answer;
      }),
    );
  }
}

async function refuseForeign(schema: z.ZodType, answer: unknown): Promise<void> {
  const sent: unknown = JSON.parse(JSON.stringify(answer));
  const read = await schema.safeParseAsync(sent);
  if (!read.success) throw new Error(`the answer leaves the contract: ${read.error.message}`);
  if (!isDeepStrictEqual(read.data, sent))
    throw new Error(`the answer has fields that the contract does not: ${JSON.stringify(sent)}`);
}
