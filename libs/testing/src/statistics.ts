import type { DataSource } from 'typeorm';

const tables = [
  'users',
  'enrollments',
  'class_sections',
  'live_events',
  'live_event_counters',
  'attendances',
  'audit_entries',
];

/** What the optimiser of this database believes, by name: the truth, and what it believed in a first storm. */
export const believedStatistics: Record<string, (database: DataSource) => Promise<void>> = {
  fresh: async (database) => {
    for (const table of tables) await database.query(`ANALYZE TABLE ${table}`);
  },
  'those of empty tables': (database) => lie(database, 1, 1),
  'those that believe in events of a few rows': (database) => lie(database, 5_000_000, 1_000_000),
};

async function lie(database: DataSource, rows: number, distinct: number): Promise<void> {
  for (const table of tables) await database.query(`ALTER TABLE ${table} STATS_AUTO_RECALC = 0`);
  await database.query(`UPDATE mysql.innodb_table_stats SET n_rows = ? WHERE database_name = DATABASE()`, [rows]);
  await database.query(
    `UPDATE mysql.innodb_index_stats SET stat_value = ? WHERE database_name = DATABASE() AND stat_name LIKE 'n\\_diff%'`,
    [distinct],
  );
  await database.query(`FLUSH TABLES ${tables.join(', ')}`);
}
