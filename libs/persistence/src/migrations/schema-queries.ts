import type { QueryRunner } from 'typeorm';

/**
 * What a migration asks before each step, so that it can be repeated after it was interrupted: MySQL and MariaDB commit
 * at every statement that changes a table.
 */
async function exists(runner: QueryRunner, sql: string, values: string[]): Promise<boolean> {
  return ((await runner.query(sql, values)) as unknown[]).length > 0;
}

export async function hasTable(runner: QueryRunner, table: string): Promise<boolean> {
  return exists(runner, 'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?', [
    table,
  ]);
}

export async function hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
  return exists(
    runner,
    'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
    [table, column],
  );
}

export async function hasKey(runner: QueryRunner, table: string, key: string): Promise<boolean> {
  return exists(
    runner,
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?',
    [table, key],
  );
}
