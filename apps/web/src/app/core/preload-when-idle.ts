import { Service } from '@angular/core';
import type { PreloadingStrategy, Route } from '@angular/router';
import { catchError, concatMap, EMPTY, type Observable, Subject, timer } from 'rxjs';

/** The page that the student looks at comes first: its own files and answers need the line. */
const afterMilliseconds = 1_500;

/**
 * Loads the files of all pages one after the other, once the first page stands. Otherwise thousands of pages would ask
 * for them in the same second, when the event opens, starts or ends.
 */
@Service()
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly waiting = new Subject<() => Observable<unknown>>();

  constructor() {
    const load = (file: () => Observable<unknown>, index: number) =>
      timer(index === 0 ? afterMilliseconds : 0).pipe(
        concatMap(file),
        // The navigation that needs the file loads it again, and says so if it fails.
        catchError(() => EMPTY),
      );
    this.waiting.pipe(concatMap(load)).subscribe();
  }

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    this.waiting.next(load);
    return EMPTY;
  }
}
