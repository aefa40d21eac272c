import type { openDatabase } from '@exco/persistence';

type Source = Awaited<ReturnType<typeof openDatabase>>;

/** What the database did for all statements of the same form. */
export interface StatementFigures {
  statement: string;
  count: number;
  milliseconds: number;
  rowsRead: number;
  rowsSent: number;
  rowsChanged: number;
}

const picosecondsPerMillisecond = 1e9;

interface Digest {
  statement: string;
  count: string;
  time: string;
  rowsRead: string;
  rowsSent: string;
  rowsChanged: string;
}

/** Of a packet of several statements the server tells each one's figures, and of all of them the first one's text. */
const nameOf = (digestText: string): string =>
  digestText.startsWith('START TRANSACTION ;') ? 'one of the statements of a batch, sent as one packet' : digestText;

/** The database's own statistics by statement: performance_schema, which has to be on when the server starts. */
export class StatementSource {
  private readonly database: Source;

  constructor(database: Source) {
    this.database = database;
  }

  /** What came before does not count. */
  async forget(): Promise<void> {
    await this.database.query('TRUNCATE TABLE performance_schema.events_statements_summary_by_digest');
  }

  /** Since it was last told to forget, the longest first. */
  async figures(): Promise<StatementFigures[]> {
    const rows = await this.database.query<Digest[]>(
      `SELECT DIGEST_TEXT AS statement, COUNT_STAR AS count, SUM_TIMER_WAIT AS time, SUM_ROWS_EXAMINED AS rowsRead,
              SUM_ROWS_SENT AS rowsSent, SUM_ROWS_AFFECTED AS rowsChanged
       FROM performance_schema.events_statements_summary_by_digest
       WHERE DIGEST_TEXT IS NOT NULL ORDER BY SUM_TIMER_WAIT DESC`,
    );
    return rows.map((row) => ({
      statement: nameOf(row.statement),
      count: Number(row.count),
      milliseconds: Number(row.time) / picosecondsPerMillisecond,
      rowsRead: Number(row.rowsRead),
      rowsSent: Number(row.rowsSent),
      rowsChanged: Number(row.rowsChanged),
    }));
  }
}
