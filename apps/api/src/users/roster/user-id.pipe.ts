import { Injectable, type PipeTransform } from '@nestjs/common';
import { pathId } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** The student of a path. */
@Injectable()
export class UserIdPipe implements PipeTransform<string, number> {
  /** @throws ApiError USER_NOT_FOUND for what can’t be an id: it names nobody */
  transform(text: string): number {
    const { data } = pathId.safeParse(text);
    if (data === undefined) throw new ApiError('USER_NOT_FOUND');
    return data;
  }
}
