/** Known to the tests, so that they can sign cookies and tokens as the server does. */
export const sessionSecret = 'the session secret of the tests, nobody else’s';
export const launchSecret = 'the launch secret of the existing platform';
export const adminToken = 'an admin token for the tests';
export const olderAdminToken = 'an older admin token';

/** What the API and the worker run with, unless a test says otherwise. */
export const settings: Record<string, string> = {
  // As in production, but for one thing: every answer is compared with the contract.
  NODE_ENV: 'test',
  NODE_OPTIONS: '',
  DOCS: 'on',
  SESSION_SECRET: sessionSecret,
  LAUNCH_SECRET: launchSecret,
  ADMIN_TOKEN: `${olderAdminToken},${adminToken}`,
};
