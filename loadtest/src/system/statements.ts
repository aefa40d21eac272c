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

interface Row {
  name: string;
  isText: 0 | 1;
  count: string;
  time: string;
  rowsRead: string;
  rowsSent: string;
  rowsChanged: string;
}

const figuresOf = `COUNT_STAR AS count, SUM_TIMER_WAIT AS time, SUM_ROWS_EXAMINED AS rowsRead, SUM_ROWS_SENT AS rowsSent,
  SUM_ROWS_AFFECTED AS rowsChanged`;

const asFigures = ({ name, count, time, rowsRead, rowsSent, rowsChanged }: Row): StatementFigures => ({
  statement: name,
  count: Number(count),
  milliseconds: Number(time) / picosecondsPerMillisecond,
  rowsRead: Number(rowsRead),
  rowsSent: Number(rowsSent),
  rowsChanged: Number(rowsChanged),
});

/** The text that the server has for each statement of a packet: that of the first. */
const ofPacket = (digestText: string): boolean => digestText.startsWith('START TRANSACTION ;');

/** Kinds of statement as the server counts them, each with the beginning of its text. */
const kinds: [event: RegExp, text: RegExp, name: string][] = [
  [/sql\/insert$/, /^INSERT (?!.* SELECT )/, 'INSERT (attendances)'],
  [/sql\/insert_select$/, /^INSERT .* SELECT /, 'INSERT … SELECT (counter)'],
  [/sql\/update(_multi)?$/, /^UPDATE /, 'UPDATE (check-outs)'],
  [/sql\/select$/, /^SELECT /, 'SELECT (rows that were there)'],
  [/sql\/commit$/, /^COMMIT /, 'COMMIT'],
];

/** The database's own statistics by statement: performance_schema, which has to be on when the server starts. */
export class StatementSource {
  private readonly database: Source;

  constructor(database: Source) {
    this.database = database;
  }

  /** What came before does not count. */
  async forget(): Promise<void> {
    for (const table of ['summary_by_digest', 'summary_global_by_event_name'])
      await this.database.query(`TRUNCATE TABLE performance_schema.events_statements_${table}`);
  }

  /** Since it was last told to forget, the longest first. */
  async figures(): Promise<StatementFigures[]> {
    // One statement, or the second would count the first.
    const rows = await this.database.query<Row[]>(
      `SELECT DIGEST_TEXT AS name, TRUE AS isText, ${figuresOf}
       FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT IS NOT NULL
       UNION ALL SELECT EVENT_NAME, FALSE, ${figuresOf}
       FROM performance_schema.events_statements_summary_global_by_event_name WHERE COUNT_STAR > 0`,
    );
    const { byText = [], byKind = [] } = Object.groupBy(rows, ({ isText }) => (isText ? 'byText' : 'byKind'));
    const alone = byText.filter(({ name }) => !ofPacket(name)).map(asFigures);
    // What a kind has beside the statements that the server tells apart came in packets.
    const inPackets = kinds.map(([event, text, name]) =>
      difference(
        `in a batch’s packet: ${name}`,
        byKind.filter((row) => event.test(row.name)).map(asFigures),
        alone.filter(({ statement }) => text.test(statement)),
      ),
    );
    return [...alone, ...inPackets.filter(({ count }) => count > 0)].sort(
      (one, other) => other.milliseconds - one.milliseconds,
    );
  }
}

function difference(
  statement: string,
  all: readonly StatementFigures[],
  known: readonly StatementFigures[],
): StatementFigures {
  const rest = (figure: Exclude<keyof StatementFigures, 'statement'>) => {
    const sum = (figures: readonly StatementFigures[]) => figures.reduce((total, one) => total + one[figure], 0);
    return Math.max(0, sum(all) - sum(known));
  };
  const [count, milliseconds] = [rest('count'), rest('milliseconds')];
  return {
    statement,
    count,
    milliseconds,
    rowsRead: rest('rowsRead'),
    rowsSent: rest('rowsSent'),
    rowsChanged: rest('rowsChanged'),
  };
}
