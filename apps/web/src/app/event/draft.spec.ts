import { jest } from '@jest/globals';
import { drafts, emptyDraft } from './draft';

const draft = { digits: '0417', classmates: { 8: '0093' }, pressed: true };

describe('drafts', () => {
  beforeEach(() => sessionStorage.clear());

  it('gives back what was typed, to the same student at the same event', () => {
    drafts.write(5, 7, draft);
    expect(drafts.read(5, 7)).toEqual(draft);
    expect(drafts.read(5, 8)).toEqual(emptyDraft);
    expect(drafts.read(6, 7)).toEqual(emptyDraft);
  });

  it('is empty once it was cleared', () => {
    drafts.write(5, 7, draft);
    drafts.write(5, 7, null);
    expect(drafts.read(5, 7)).toEqual(emptyDraft);
  });

  it.each(['{', '5', '{"digits":12,"classmates":{"x":"1","8":"12345"},"pressed":"yes"}'])('ignores %s', (text) => {
    sessionStorage.setItem('exco-check-in-5-7', text);
    expect(drafts.read(5, 7)).toEqual(emptyDraft);
  });

  it('does without a storage that is refused', () => {
    const refused = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    drafts.write(5, 7, draft);
    refused.mockRestore();
    expect(drafts.read(5, 7)).toEqual(emptyDraft);
  });
});
