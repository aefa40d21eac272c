import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { apiErrors, type ErrorCode } from '@exco/contracts';

/** Tells the documentation which errors a route, or every route of a controller, answers. */
export function errorAnswers(...codes: ErrorCode[]): ClassDecorator & MethodDecorator {
  const byStatus = Map.groupBy(codes, (code) => apiErrors[code][0]);
  return applyDecorators(
    ...[...byStatus].map(([status, alike]) =>
      ApiResponse({
        status,
        description: alike.map((code) => `\`${code}\`: ${apiErrors[code][1]}`).join('  \n'),
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Error' },
            examples: Object.fromEntries(alike.map((code) => [code, { value: { code, message: apiErrors[code][1] } }])),
          },
        },
      }),
    ),
  );
}
