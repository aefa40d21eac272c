/** A process must not serve as things stand: the message says why, and what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  /** It may be otherwise a moment later: worth another try. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass = false, cause }: { mayPass?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.mayPass = mayPass;
  }
}
