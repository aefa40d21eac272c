/** A process must not serve as things stand: the message says why, and what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
