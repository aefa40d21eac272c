import { aDatabase } from '@exco/testing';
import { createConnection } from 'mysql2/promise';
import { StatementSource } from './statements.ts';

test('statements of a packet are told apart by kind, those sent alone by their text', async () => {
  const database = await aDatabase({ recordsStatements: true });
  const [{ name } = { name: '' }] = await database.source.query<{ name: string }[]>('SELECT DATABASE() AS name');
  const socketPath = new URL(database.url).searchParams.get('socketPath') ?? '';
  const connection = await createConnection({ socketPath, user: 'root', database: name, multipleStatements: true });
  try {
    const statements = new StatementSource(database.source);
    await statements.forget();
    await connection.query(
      `START TRANSACTION; INSERT INTO daily_tasks (name) VALUES ('one'), ('two');
       UPDATE daily_tasks SET held_by = 'x'; COMMIT; SELECT name FROM daily_tasks`,
    );
    await connection.query("SELECT name FROM daily_tasks WHERE name = 'one'");
    const figures = (await statements.figures()).map(({ statement, count, rowsSent, rowsChanged }) => [
      statement,
      [count, rowsSent, rowsChanged],
    ]);
    expect(Object.fromEntries(figures)).toMatchObject({
      'in a batch’s packet: INSERT (attendances)': [1, 0, 2],
      'in a batch’s packet: UPDATE (check-outs)': [1, 0, 2],
      'in a batch’s packet: COMMIT': [1, 0, 0],
      'in a batch’s packet: SELECT (rows that were there)': [1, 2, 0],
      'SELECT NAME FROM `daily_tasks` WHERE NAME = ? ': [1, 1, 0],
    });
  } finally {
    await connection.end();
    await database.close();
  }
}, 60_000);
