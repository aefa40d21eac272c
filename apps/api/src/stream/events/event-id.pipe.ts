import { Injectable, type PipeTransform } from '@nestjs/common';
import { pathId } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** @throws ApiError EVENT_NOT_FOUND for what can’t be an id: it names no event */
export function parseEventId(text: string): number {
  const { data } = pathId.safeParse(text);
  if (data === undefined) throw new ApiError('EVENT_NOT_FOUND');
  return data;
}

/** The event of a path. */
@Injectable()
export class EventIdPipe implements PipeTransform<string, number> {
  /** @throws ApiError EVENT_NOT_FOUND */
  transform(text: string): number {
    return parseEventId(text);
  }
}
