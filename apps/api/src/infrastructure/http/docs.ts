import { apiErrors } from '@exco/contracts';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** In the order of an admin’s work. */
const tags: [name: string, description: string][] = [
  ['Admins 1: the roster', 'Who may attend. Try an import with dryRun=true, read the report, then import.'],
  ['Admins 2: the event', 'Create it; change, extend or end it while it is live; open it again by moving endsAt.'],
  ['Admins 3: join links', 'Only where students shall not type their usernames.'],
  ['Admins 4: audit and corrections', 'Who did what to whom, and what was put right by hand.'],
  ['Admins 5: reports', 'At any time, also long after the event. Press “Download file” under the answer.'],
];

const minute = 60_000;

/** From now, so that an example that is sent as it is works whenever the page is opened. */
function inMinutes(minutes: number): string {
  return new Date(Math.ceil(Date.now() / minute) * minute + minutes * minute).toISOString();
}

function withTimesToCome(document: OpenAPIObject): OpenAPIObject {
  const schemas = { ...document.components?.schemas };
  const give = (name: string, times: Record<string, string>) => {
    const schema = schemas[name];
    if (schema && 'example' in schema)
      schemas[name] = { ...schema, example: { ...(schema.example as object), ...times } };
  };
  give('CreateLiveEvent', {
    opensAt: inMinutes(5),
    startsAt: inMinutes(35),
    endsAt: inMinutes(95),
    closesAt: inMinutes(155),
  });
  give('ChangeLiveEvent', { endsAt: inMinutes(110), closesAt: inMinutes(170) });
  return { ...document, components: { ...document.components, schemas } };
}

/** Runs in the admin’s browser. Reading an answer as text takes the byte order mark off, which spreadsheets need. */
function keepByteOrderMark(answer: { headers?: Record<string, string>; text?: string; data?: unknown }): object {
  if (answer.headers?.['content-type']?.startsWith('text/csv') && answer.text && !answer.text.startsWith('\ufeff')) {
    answer.text = `\ufeff${answer.text}`;
    answer.data = answer.text;
  }
  return answer;
}

/** Swagger UI at `/docs`, the OpenAPI document at `/docs-json`. */
export function serveDocs(app: NestFastifyApplication): void {
  const builder = new DocumentBuilder()
    .setTitle('Exco Live')
    .setDescription(
      'Attendance of live events. **Admins**: press *Authorize*, paste the admin token, and work through the groups below in ' +
        'their order. In each: *Try it out*, then *Execute*; the examples work as they are.',
    )
    .setVersion('1.0')
    .addBearerAuth();
  for (const [name, description] of tags) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build());
  document.components = {
    ...document.components,
    schemas: {
      ...document.components?.schemas,
      Error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string', enum: Object.keys(apiErrors) },
          message: { type: 'string', description: 'One sentence a person can act on.' },
          details: { description: 'Where it helps: which field, which line.' },
        },
      },
    },
  };
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: 'Exco Live: API',
    patchDocumentOnRequest: (_request, _answer, patched) => withTimesToCome(patched),
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      responseInterceptor: keepByteOrderMark,
    },
  });
}
