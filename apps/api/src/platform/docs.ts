import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Swagger UI at `/docs`, the OpenAPI document at `/docs-json`. */
export function serveDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Exco Live')
    .setDescription('Attendance of live events. Admins: press Authorize and paste the admin token.')
    .setVersion('1.0')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, description);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: 'Exco Live: API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
