import type { ApiErrorBody, ErrorCode } from '@exco/contracts';
import type { Texts } from '../texts/en';

/** `OFFLINE`: no answer came, whatever the reason. `BROKEN_PAGE`: a fault of the page itself. */
export type ProblemCode = ErrorCode | 'OFFLINE' | 'BROKEN_PAGE';

/** What a student is told, in whatever language the page speaks by then. */
export type Said = (texts: Texts) => string;

/** Why a call was not answered as hoped. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  /** What the server asked us to wait. */
  readonly retryAfterMilliseconds: number;

  constructor(code: ProblemCode, retryAfterMilliseconds = 0) {
    super(code);
    this.code = code;
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }

  /** A proxy in between answers with pages of its own, so the body may be anything. */
  static from(response: Response, body: Partial<ApiErrorBody> | undefined): ApiProblem {
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    const code = body?.code ?? (response.status === 503 ? 'BUSY' : 'INTERNAL_ERROR');
    return new ApiProblem(code, Number.isFinite(seconds) ? seconds * 1000 : 0);
  }

  /** The same request may well be answered a little later. */
  get passing(): boolean {
    return ['OFFLINE', 'BUSY', 'INTERNAL_ERROR', 'TOO_MANY_TRIES'].includes(this.code);
  }

  /** A sentence a student can act on, chosen by the code: the server's own is in English. */
  readonly said: Said = ({ problems }) =>
    (problems as Partial<Record<ProblemCode, string>>)[this.code] ?? problems.INTERNAL_ERROR;
}

export function offline(): ApiProblem {
  return new ApiProblem('OFFLINE');
}

export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('BROKEN_PAGE');
}

/** For a student who need do nothing: the page tries again by itself. */
export function tryingAgain(milliseconds: number, problem: ApiProblem): Said {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return (texts) => texts.tryingAgain.in(problem.said(texts), seconds);
}
