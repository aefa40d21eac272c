import { rosterReport, type RosterReport } from '@exco/contracts';
import { rosterCsv } from '@exco/testing';
import type { RosterRow } from '@exco/persistence';

type Upload = string | Uint8Array<ArrayBuffer>;

interface Call {
  method?: string;
  body?: Upload;
  type?: string;
}

/** An admin at work: requests of any content type, with the token that the stack knows. */
export class AdminClient {
  constructor(
    private readonly url: string,
    private readonly token = 'an older admin token',
  ) {}

  async send(path: string, { method = 'GET', body, type }: Call = {}): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (type) headers['content-type'] = type;
    return fetch(`${this.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  }

  async post(path: string, body: object): Promise<Response> {
    return this.send(path, { method: 'POST', body: JSON.stringify(body), type: 'application/json' });
  }

  async upload(body: Upload, query = '', type = 'text/csv'): Promise<Response> {
    return this.send(`/api/admin/roster${query}`, { method: 'POST', body, type });
  }

  /** An import that is taken. */
  async import(roster: Upload | RosterRow[], query = '', type = 'text/csv'): Promise<RosterReport> {
    const answer = await this.upload(Array.isArray(roster) ? rosterCsv(roster) : roster, query, type);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`the import was answered ${answer.status} ${text}`);
    return rosterReport.parse(JSON.parse(text));
  }
}
