import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { ActivatedRoute, convertToParamMap, Router } from '@angular/router';
import { BehaviorSubject } from 'rxjs';
import { Trouble } from './trouble';

describe('Trouble', () => {
  const navigateByUrl = jest.fn<Router['navigateByUrl']>();

  function open(query: Record<string, string>) {
    const queryParamMap = new BehaviorSubject(convertToParamMap(query));
    TestBed.configureTestingModule({
      providers: [
        { provide: ActivatedRoute, useValue: { queryParamMap } },
        { provide: Router, useValue: { navigateByUrl, navigated: false } },
      ],
    });
    const page = TestBed.createComponent(Trouble);
    page.detectChanges();
    return { page, text: () => (page.nativeElement as HTMLElement).textContent };
  }

  beforeEach(() => {
    jest.useFakeTimers();
    navigateByUrl.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('tries the address again after the time that the server asked for', async () => {
    const { text, page } = open({ to: '/events/5/check-in', code: 'BUSY', wait: '5000' });
    expect(text()).toContain('Very many are arriving');
    await jest.advanceTimersByTimeAsync(4_999);
    expect(navigateByUrl).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(2_101);
    expect(navigateByUrl).toHaveBeenCalledWith('/events/5/check-in', { onSameUrlNavigation: 'reload' });
    page.destroy();
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example'])('never leads to %s', async (to) => {
    const { page } = open({ to, code: 'OFFLINE' });
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(0);
    expect(navigateByUrl).toHaveBeenCalledWith('/', { onSameUrlNavigation: 'reload' });
    page.destroy();
  });

  it.each(['never', '-5000', '1e999', 'NaN'])('waits for a while, whatever the address says: %s', async (wait) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { page, text } = open({ to: '/trouble?wait=0', wait });
    expect(text()).toMatch(/Next try in \d{1,3} s/);
    await jest.advanceTimersByTimeAsync(900);
    expect(navigateByUrl).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(602_000);
    expect(navigateByUrl).toHaveBeenCalledWith('/', { onSameUrlNavigation: 'reload' });
    page.destroy();
  });

  it('tries at once when the browser is online again, and stops with the page', async () => {
    const { page, text } = open({ to: '/', code: 'OFFLINE' });
    expect(text()).toContain('We can’t reach Exco Live');
    window.dispatchEvent(new Event('online'));
    expect(navigateByUrl).toHaveBeenCalledTimes(1);
    page.destroy();
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(navigateByUrl).toHaveBeenCalledTimes(1);
  });
});
