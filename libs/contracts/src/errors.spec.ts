import { apiErrors } from './errors.ts';

test.each(Object.entries(apiErrors))('%s: a fitting status, and a sentence for people', (code, [status, message]) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(message).toMatch(/^[A-Z].*\.$/);
});
