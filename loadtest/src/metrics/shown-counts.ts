/** What students' pages show at one moment: how many of them show which total. */
export interface ShownTick {
  /** Milliseconds since 1970. */
  at: number;
  shown: [checkedIn: number, students: number][];
}

/** The figures that one page shows. */
export interface ShownCounts {
  checkedIn: number;
  checkedOut: number;
  watching: number;
  seq: number;
}

/** Keeps, with two steps for each message, how many pages show which total, so that a look at all of them is short. */
export class ShownTotals {
  private readonly pages = new Map<number, number>();

  change(from: number | null, to: number | null): void {
    if (from === to) return;
    if (from !== null) this.add(from, -1);
    if (to !== null) this.add(to, 1);
  }

  tick(at: number): ShownTick {
    return { at, shown: [...this.pages] };
  }

  private add(total: number, pages: number): void {
    const now = (this.pages.get(total) ?? 0) + pages;
    if (now === 0) this.pages.delete(total);
    else this.pages.set(total, now);
  }
}
