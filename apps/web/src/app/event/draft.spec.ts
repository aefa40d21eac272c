import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CurrentStudent } from '../core/current-student';
import { Drafts, emptyDraft } from './draft';

const draft = { digits: '0417', classmates: { 8: '0093' }, pressed: true };

describe('Drafts', () => {
  const user = signal<{ id: number } | null>(null);
  let drafts: Drafts;

  beforeEach(() => {
    sessionStorage.clear();
    user.set({ id: 7 });
    TestBed.configureTestingModule({ providers: [{ provide: CurrentStudent, useValue: { user } }] });
    drafts = TestBed.inject(Drafts);
  });

  it('gives back what was typed, to the same student at the same event', () => {
    drafts.write(5, draft);
    expect(drafts.read(5)).toEqual(draft);
    expect(drafts.read(6)).toEqual(emptyDraft);
    user.set({ id: 8 });
    expect(drafts.read(5)).toEqual(emptyDraft);
    user.set(null);
    expect(drafts.read(5)).toEqual(emptyDraft);
  });

  it('is empty once it was cleared', () => {
    drafts.write(5, draft);
    drafts.write(5, null);
    expect(drafts.read(5)).toEqual(emptyDraft);
  });

  it.each(['{', '5', '{"digits":12,"classmates":{"x":"1","8":"12345"},"pressed":"yes"}'])('ignores %s', (text) => {
    sessionStorage.setItem('exco-check-in-5-7', text);
    expect(drafts.read(5)).toEqual(emptyDraft);
  });

  it('does without a storage that is refused', () => {
    const refused = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    drafts.write(5, draft);
    refused.mockRestore();
    expect(drafts.read(5)).toEqual(emptyDraft);
  });
});
