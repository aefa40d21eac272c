function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests run against a system that npm test starts`);
  return value;
}

/** The running system, as the test tool gives it to us. */
export const env = {
  baseUrl: required('EXCO_BASE_URL'),
  adminToken: required('EXCO_ADMIN_TOKEN'),
  /** username,displayName,className; one row an enrolment. */
  roster: required('EXCO_ROSTER_CSV'),
  chromium: process.env['EXCO_CHROMIUM'] ?? '/usr/bin/chromium',
  /** Where a picture of every look is kept: then every combination is tried, see accessibility.spec.ts. */
  picturesIn: process.env['BROWSER_PICTURES_IN'] || null,
};
