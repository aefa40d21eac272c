/** FNV-1a of the UTF-16 units, 32 bits, never 0. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}

/** Slots for so many entries, at most half of which are taken: a power of two. */
export const slotsFor = (entries: number): number => 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)));

/** How often each text was added. Two texts of the same hash, one in four thousand million, count together. */
export class HashCounts {
  private readonly hashes: Uint32Array;
  private readonly counts: Uint32Array;

  constructor(entries: number) {
    this.hashes = new Uint32Array(slotsFor(entries));
    this.counts = new Uint32Array(this.hashes.length);
  }

  add(text: string): void {
    const hash = hashOf(text);
    const slot = this.slotOf(hash);
    this.hashes[slot] = hash;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  of(text: string): number {
    return this.counts[this.slotOf(hashOf(text))] ?? 0;
  }

  private slotOf(hash: number): number {
    const mask = this.hashes.length - 1;
    let slot = hash & mask;
    while (this.hashes[slot] !== 0 && this.hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }
}
