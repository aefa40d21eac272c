/**
 * NODE_OPTIONS of a process whose clock is wrong by so much: a machine that no time server has set. Its event loop and
 * its durations are right.
 */
export function nodeOptionsForClock(milliseconds: number): string {
  const shift = `
    const Right = Date;
    globalThis.Date = class Date extends Right {
      constructor(...given) { given.length === 0 ? super(Right.now() + ${milliseconds}) : super(...given); }
      static now() { return Right.now() + ${milliseconds}; }
    };`;
  return `--import=data:text/javascript,${encodeURIComponent(shift)}`;
}
