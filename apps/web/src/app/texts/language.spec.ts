import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { texts } from './en';
import { completed, Language } from './language';

describe('Language', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => jest.restoreAllMocks());

  it('begins in the browser’s language where there is one, else in English', async () => {
    jest.spyOn(navigator, 'languages', 'get').mockReturnValue(['tlh', 'es-AR', 'en']);
    const language = TestBed.inject(Language);
    await language.begin();
    TestBed.tick();
    expect(language.tag()).toBe('es');
    expect(language.texts().signIn.heading).toBe('Entra en el evento');
    expect(document.documentElement.lang).toBe('es');
  });

  it('keeps the choice, turns the page for Arabic, and comes back', async () => {
    await TestBed.inject(Language).choose('ar');
    TestBed.tick();
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['ar', 'rtl']);
    TestBed.resetTestingModule();
    const later = TestBed.inject(Language);
    await later.begin();
    expect(later.tag()).toBe('ar');
    await later.choose('en');
    TestBed.tick();
    expect([later.texts(), document.documentElement.dir]).toEqual([texts, 'ltr']);
  });

  it('of two choices the later one counts, whichever file comes first', async () => {
    const language = TestBed.inject(Language);
    await Promise.all([language.choose('ar'), language.choose('es')]);
    expect(language.tag()).toBe('es');
  });

  it('a language that does not exist, or a browser that keeps nothing: English', async () => {
    localStorage.setItem('exco-language', '"><b>xx');
    jest.spyOn(navigator, 'languages', 'get').mockReturnValue(['xx']);
    const language = TestBed.inject(Language);
    await language.begin();
    expect(language.tag()).toBe('en');
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    await language.choose('es');
    expect(language.tag()).toBe('es');
  });

  it('falls back to English text by text', () => {
    const partly = completed({ signIn: { heading: 'Setz dich' } });
    expect(partly.signIn).toEqual({ ...texts.signIn, heading: 'Setz dich' });
    expect(partly.over).toEqual(texts.over);
  });
});
