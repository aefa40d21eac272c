import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

/** Texts come from clients: the memory for them is bounded. */
const mostKnown = 5_000;

const today = () => new Date().toISOString().slice(0, 10);

/** The numbers of user agents. Asked for by what writes the audit; at an opening a few dozen texts serve everybody. */
@Injectable()
export class UserAgentsRepository {
  private known = new Map<string, number>();
  private knownOn = today();

  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** Adds what is not there. A text that is empty has no number. */
  async idsOf(texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    this.forget();
    const wanted = [...new Set(texts)].filter((text) => text !== '');
    const missing = wanted.filter((text) => !this.known.has(text)).sort();
    if (missing.length > 0) await this.learn(missing);
    return new Map(
      wanted.flatMap((text): [string, number][] => {
        const id = this.known.get(text);
        return id === undefined ? [] : [[text, id]];
      }),
    );
  }

  /** Every day anew, so that `last_used_on` is true and a number that was deleted is not used again. */
  private forget(): void {
    if (this.knownOn === today() && this.known.size < mostKnown) return;
    this.known = new Map();
    this.knownOn = today();
  }

  private async learn(texts: string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO user_agents (text, last_used_on) VALUES ?
       ON DUPLICATE KEY UPDATE last_used_on = GREATEST(last_used_on, VALUES(last_used_on))`,
      [texts.map((text) => [text, today()])],
    );
    const rows = await this.database.query<{ id: number; text: string }[]>(
      'SELECT id, text FROM user_agents WHERE text IN (?)',
      [texts],
    );
    for (const { id, text } of rows) this.known.set(text, id);
  }
}
