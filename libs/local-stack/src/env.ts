/** What the child processes inherit. Read late: a test may change it. */
export function inheritedEnv(): NodeJS.ProcessEnv {
  return process.env;
}
