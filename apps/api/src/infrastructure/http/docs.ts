import { apiErrors } from '@exco/contracts';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What the API says about itself beyond its routes. */
export interface Docs {
  title: string;
  description: string;
  /** Description by name of a group of routes, in their order. */
  tags: Record<string, string>;
  /** Fields to put into the example of a schema, asked for at each request of the document. */
  examples: () => Record<string, Record<string, string>>;
}

function withExamples(document: OpenAPIObject, examples: Docs['examples']): OpenAPIObject {
  const schemas = { ...document.components?.schemas };
  for (const [name, fields] of Object.entries(examples())) {
    const schema = schemas[name];
    if (schema && 'example' in schema)
      schemas[name] = { ...schema, example: { ...(schema.example as object), ...fields } };
  }
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

/** Swagger UI at `/docs`, the OpenAPI document at `/docs-json`, which is made when it is first asked for. */
export function serveDocs(app: NestFastifyApplication, docs: Docs): void {
  SwaggerModule.setup('docs', app, () => documentOf(app, docs), {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: `${docs.title}: API`,
    patchDocumentOnRequest: (_request, _answer, patched) => withExamples(patched, docs.examples),
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      responseInterceptor: keepByteOrderMark,
    },
  });
}

function documentOf(app: NestFastifyApplication, { title, description, tags }: Docs): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle(title).setDescription(description).setVersion('1.0').addBearerAuth();
  for (const [name, about] of Object.entries(tags)) builder.addTag(name, about);
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
  return document;
}
