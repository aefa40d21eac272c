import { Service } from '@angular/core';
import type { PreloadingStrategy, Route } from '@angular/router';
import {
  BehaviorSubject,
  catchError,
  concatMap,
  EMPTY,
  filter,
  finalize,
  firstValueFrom,
  type Observable,
  race,
  Subject,
  take,
  timer,
} from 'rxjs';

/** The page that the student looks at comes first: its own files and answers need the line. */
const afterMilliseconds = 1_500;
/** A file that is loaded for longer than this stands still: whoever waits for the line must not wait for ever. */
const longestFile = 10_000;

/**
 * Loads the files of all pages one after the other, once the first page stands. Otherwise thousands of pages would ask
 * for them in the same second, when the event opens, starts or ends.
 */
@Service()
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly waiting = new Subject<() => Observable<unknown>>();
  private readonly holds = new BehaviorSubject(0);
  private readonly loading = new BehaviorSubject(false);

  constructor() {
    const load = (file: () => Observable<unknown>, index: number) =>
      timer(index === 0 ? afterMilliseconds : 0).pipe(
        concatMap(() =>
          this.holds.pipe(
            filter((holds) => holds === 0),
            take(1),
          ),
        ),
        concatMap(() => {
          this.loading.next(true);
          return file();
        }),
        // The navigation that needs the file loads it again, and says so if it fails.
        catchError(() => EMPTY),
        finalize(() => this.loading.next(false)),
      );
    this.waiting.pipe(concatMap(load)).subscribe();
  }

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    this.add(load);
    return EMPTY;
  }

  add(load: () => Observable<unknown>): void {
    this.waiting.next(load);
  }

  /**
   * Keeps the line free, for a measurement. Resolves once nothing is being loaded, within 10 s in any case; call the
   * answer to go on.
   */
  async hold(): Promise<() => void> {
    this.holds.next(this.holds.value + 1);
    const free = this.loading.pipe(filter((loading) => !loading));
    await firstValueFrom(race(free, timer(longestFile)));
    return () => this.holds.next(this.holds.value - 1);
  }
}
