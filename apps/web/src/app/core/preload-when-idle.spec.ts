import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { of, Subject, throwError } from 'rxjs';
import { PreloadWhenIdle } from './preload-when-idle';

describe('PreloadWhenIdle', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lets the first page load, then loads the other files one at a time', () => {
    const preload = TestBed.inject(PreloadWhenIdle);
    const firstFile = new Subject<void>();
    const first = jest.fn(() => firstFile);
    const second = jest.fn(() => of(undefined));
    preload.preload({}, first);
    preload.preload({}, second);
    jest.advanceTimersByTime(1_499);
    expect(first).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).not.toHaveBeenCalled();
    firstFile.complete();
    jest.advanceTimersByTime(0);
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('keeps the line free while it is held, after the file that is being loaded', async () => {
    const preload = TestBed.inject(PreloadWhenIdle);
    const file = new Subject<void>();
    const second = jest.fn(() => of(undefined));
    preload.preload({}, () => file);
    preload.preload({}, second);
    jest.advanceTimersByTime(1_500);
    let release: (() => void) | undefined;
    const held = preload.hold().then((answer) => (release = answer));
    await Promise.resolve();
    expect(release).toBeUndefined();
    file.complete();
    await held;
    jest.advanceTimersByTime(10_000);
    expect(second).not.toHaveBeenCalled();
    release?.();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('waits for a file that stands still for ten seconds at most', async () => {
    const preload = TestBed.inject(PreloadWhenIdle);
    preload.preload({}, () => new Subject());
    jest.advanceTimersByTime(1_500);
    const held = jest.fn();
    void preload.hold().then(held);
    await jest.advanceTimersByTimeAsync(9_900);
    expect(held).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(200);
    expect(held).toHaveBeenCalled();
  });

  it('goes on with the other files when one cannot be loaded', () => {
    const preload = TestBed.inject(PreloadWhenIdle);
    const second = jest.fn(() => of(undefined));
    preload.preload({}, () => throwError(() => new Error('offline')));
    preload.preload({}, second);
    jest.advanceTimersByTime(2_000);
    expect(second).toHaveBeenCalledTimes(1);
  });
});
