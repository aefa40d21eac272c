import type { ApiErrorBody, ErrorCode } from '@exco/contracts';

/** `OFFLINE`: no answer came, whatever the reason. */
export type ProblemCode = ErrorCode | 'OFFLINE';

/** Why a call was not answered as hoped, in a sentence a student can act on. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  /** What the server asked us to wait. */
  readonly retryAfterMilliseconds: number;

  constructor(code: ProblemCode, message: string, retryAfterMilliseconds = 0) {
    super(message);
    this.code = code;
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }

  /** A proxy in between answers with pages of its own, so the body may be anything. */
  static from(response: Response, body: Partial<ApiErrorBody> | undefined): ApiProblem {
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    const code = body?.code ?? (response.status === 503 ? 'BUSY' : 'INTERNAL_ERROR');
    const message = body?.message ?? 'Something went wrong on our side. Try again in a moment.';
    return new ApiProblem(code, message, Number.isFinite(seconds) ? seconds * 1000 : 0);
  }

  /** The same request may well be answered a little later. */
  get passing(): boolean {
    return ['OFFLINE', 'BUSY', 'INTERNAL_ERROR', 'TOO_MANY_TRIES'].includes(this.code);
  }
}

export function offline(): ApiProblem {
  return new ApiProblem('OFFLINE', 'We can’t reach Exco Live. Check your internet connection.');
}

export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem
    ? error
    : new ApiProblem('INTERNAL_ERROR', 'Something went wrong. Reload the page.');
}

/** For a student who need do nothing: the page tries again by itself. */
export function tryingAgain(milliseconds: number, problem: ApiProblem): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return `${problem.message} Trying again in ${seconds} s.`;
}
