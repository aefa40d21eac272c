import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** The event of a path. What can’t be an id names no event. */
@Injectable()
export class EventIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!/^[1-9]\d{0,9}$/.test(text)) throw new ApiError('EVENT_NOT_FOUND');
    return Number(text);
  }
}
