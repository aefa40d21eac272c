/** Kept for this tab alone, across reloads; nothing is kept where the browser refuses it (private mode). */
export const sessionRecord = {
  read(key: string): unknown {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? 'null') as unknown;
    } catch {
      return null;
    }
  },
  /** Nobody who signs in next on this device finds what was typed. */
  clear(): void {
    try {
      sessionStorage.clear();
    } catch {
      // Nothing was kept.
    }
  },
  write(key: string, value: object | null): void {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // The page works without: only a reload loses what was typed.
    }
  },
};
