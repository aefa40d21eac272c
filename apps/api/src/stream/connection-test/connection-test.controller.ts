import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { connectionTestSizes, type ConnectionTestSize } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LoopDelay } from '../../infrastructure/observability/loop-delay.ts';
import { SessionCookie } from '../../users/auth/session-cookie.ts';
import { LoadBudget } from './load-budget.ts';
import { noiseImage } from './noise-image.ts';

@ApiTags('Students: the event')
@Controller('api/connection-test')
export class ConnectionTestController {
  /** Made when first asked for: no page asks for the largest. */
  private readonly images = new Map<ConnectionTestSize, Buffer>();
  private readonly budget = new LoadBudget();

  constructor(
    private readonly cookie: SessionCookie,
    private readonly delay: LoopDelay,
  ) {}

  @Get(':kilobytes')
  @ApiOperation({ summary: 'An image that does not compress, to measure the connection with' })
  @ApiParam({ name: 'kilobytes', enum: [...connectionTestSizes] })
  @ApiProduces('image/png')
  image(@Param('kilobytes') kilobytes: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const size = connectionTestSizes.find((one) => String(one) === kilobytes);
    if (!size) throw new ApiError('NOT_FOUND');
    const image = this.images.get(size) ?? noiseImage(size);
    this.images.set(size, image);
    this.budget.spend(this.cookie.userId(request), image.length);
    void reply
      .headers({
        'content-type': 'image/png',
        'cache-control': 'no-store',
        'timing-allow-origin': '*',
        // A page that measured a slow line while this server was late measures again.
        'server-timing': `wait;dur=${this.delay.recent().toFixed(1)}`,
        'cross-origin-resource-policy': 'cross-origin',
      })
      .send(image);
  }
}
