/** Where a run tells how it is getting on. */
export interface Say {
  line(text: string): void;
  /** Replaces the progress before it, where the terminal can. */
  progress(text: string): void;
}

const everyMilliseconds = 5_000;

/** @param stream stderr where stdout is for a machine to read */
export function sayTo(stream: NodeJS.WriteStream): Say {
  let open = false;
  let shownAt = 0;
  const end = () => {
    if (open) stream.write('\n');
    open = false;
  };
  return {
    line(text) {
      end();
      stream.write(`  ${text}\n`);
    },
    progress(text) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K  ${text}`);
        open = true;
      } else if (Date.now() - shownAt >= everyMilliseconds) {
        shownAt = Date.now();
        stream.write(`  ${text}\n`);
      }
    },
  };
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
export const many = (count: number) => Math.round(count).toLocaleString('en');
