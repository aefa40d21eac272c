const key = 'exco-signed-in';

/**
 * Whether somebody is signed in in this browser, as far as a page can know it without asking: the session itself is in a
 * cookie that scripts can't read.
 */
export const signedInMark = {
  /** false only where it would be known: a browser that keeps nothing has to ask. */
  mayBe(): boolean {
    try {
      return localStorage.getItem(key) !== null;
    } catch {
      return true;
    }
  },
  set(isSignedIn: boolean): void {
    try {
      if (isSignedIn) localStorage.setItem(key, '1');
      else localStorage.removeItem(key);
    } catch {
      // The page asks.
    }
  },
};
