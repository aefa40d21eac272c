import { apiErrors, type ApiErrorBody, type ErrorCode } from '@exco/contracts';

/** An error of the contract: thrown by name, answered by the one filter. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  /**
   * @param details what a program may want to know beside the sentence
   * @param retryAfter whole seconds, for the header of the same name
   */
  constructor(
    readonly code: ErrorCode,
    readonly details?: unknown,
    readonly retryAfter?: number,
  ) {
    const [status, message] = apiErrors[code];
    super(message);
    this.status = status;
  }

  body(): ApiErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** Too much at once, or too many parts down: nothing is lost, and the page tries again on its own. */
export function busy(retryAfter = 2): ApiError {
  return new ApiError('BUSY', undefined, retryAfter);
}
