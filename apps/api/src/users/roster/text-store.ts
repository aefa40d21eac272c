const chunkBits = 20;
const chunkBytes = 1 << chunkBits;

/** Many short texts without an object for each: UTF-8, in pieces of a megabyte, found by a number. At most 4 GB. */
export class TextStore {
  private readonly chunks: Buffer[] = [];
  private used = chunkBytes;

  /** @returns where it is; its length in bytes is for the caller to keep */
  add(text: string): { at: number; bytes: number } {
    const bytes = Buffer.byteLength(text);
    if (this.used + bytes > chunkBytes) {
      this.chunks.push(Buffer.allocUnsafe(chunkBytes));
      this.used = 0;
    }
    const at = (this.chunks.length - 1) * chunkBytes + this.used;
    this.chunks.at(-1)?.write(text, this.used);
    this.used += bytes;
    return { at, bytes };
  }

  read(at: number, bytes: number): string {
    const from = at & (chunkBytes - 1);
    return this.chunks[at >>> chunkBits]?.toString('utf8', from, from + bytes) ?? '';
  }
}
