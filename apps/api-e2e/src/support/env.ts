const variable = 'EXCO_E2E_STACK';

/** Addresses of the stack that jest's global set-up has started. */
export interface SharedAddresses {
  databaseUrl: string;
  redisUrl: string;
  urls: string[];
  logDirectory: string;
}

export function readSharedAddresses(): SharedAddresses {
  const text = process.env[variable];
  if (!text) throw new Error(`${variable} is not set: run these tests with apps/api-e2e/jest.config.mjs`);
  return JSON.parse(text) as SharedAddresses;
}

/** Test files get a copy of this process's environment: that is how jest's set-up hands a value to them. */
export function writeSharedAddresses(addresses: SharedAddresses): void {
  process.env[variable] = JSON.stringify(addresses);
}
