const key = 'exco-save-data';

/** “Save data”: as the student last chose, else as the browser is set. Nothing is kept where the browser refuses it. */
export const saveDataChoice = {
  read(): boolean {
    try {
      const kept = localStorage.getItem(key);
      if (kept !== null) return kept === 'yes';
    } catch {
      // As the browser is set.
    }
    return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  },
  write(saveData: boolean): void {
    try {
      localStorage.setItem(key, saveData ? 'yes' : 'no');
    } catch {
      // It lasts as long as the page.
    }
  },
};
