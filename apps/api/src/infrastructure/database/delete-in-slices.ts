import type { DataSource } from 'typeorm';

/** Rows of one statement: it takes milliseconds, and nobody waits for a lock much longer than that. */
export const rowsPerSlice = 2_000;

/**
 * Deletes until nothing is left, in small statements.
 * @param sql whose last placeholder is its LIMIT
 * @param between is called between two statements, and may throw to stop
 */
export async function deleteInSlices(
  database: DataSource,
  sql: string,
  values: readonly unknown[],
  between: () => Promise<void>,
): Promise<void> {
  for (;;) {
    const { affectedRows } = await database.query<{ affectedRows: number }>(sql, [...values, rowsPerSlice]);
    if (affectedRows < rowsPerSlice) return;
    await between();
  }
}
