import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';

/** A route that answers a CSV file to download. */
export function csvFile(summary: string): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiProduces('text/csv'),
    ApiResponse({
      status: 200,
      description: 'A CSV file, UTF-8 with byte order mark',
      schema: { type: 'string', format: 'binary' },
    }),
  );
}
