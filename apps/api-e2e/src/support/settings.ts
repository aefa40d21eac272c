/** Known to the tests, so that they can sign cookies and tokens as the server does. */
export const sessionSecret = 'the session secret of the tests, nobody else’s';
export const launchSecret = 'the launch secret of the existing platform';
export const adminToken = 'an admin token for the tests';
export const olderAdminToken = 'an older admin token';

/** What the API and the worker run with, unless a test says otherwise. */
export const settings: Record<string, string> = {
  NODE_ENV: 'production',
  NODE_OPTIONS: '',
  DOCS: 'on',
  SESSION_SECRET: sessionSecret,
  LAUNCH_SECRET: launchSecret,
  ADMIN_TOKEN: `${olderAdminToken},${adminToken}`,
};
