/** Counters of Redis and the database since they were started. */
export interface Work {
  redisCommands: number;
  redisCpuSeconds: number;
  statements: number;
  rowsInserted: number;
  logSyncs: number;
}

export function workBetween(before: Work, after: Work): Work {
  return {
    redisCommands: after.redisCommands - before.redisCommands,
    redisCpuSeconds: after.redisCpuSeconds - before.redisCpuSeconds,
    statements: after.statements - before.statements,
    rowsInserted: after.rowsInserted - before.rowsInserted,
    logSyncs: after.logSyncs - before.logSyncs,
  };
}

const figure = (text: string, name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);

/** @param info the answer to Redis’ INFO */
export function redisWork(info: string): Pick<Work, 'redisCommands' | 'redisCpuSeconds'> {
  return {
    redisCommands: figure(info, 'total_commands_processed'),
    redisCpuSeconds: figure(info, 'used_cpu_user') + figure(info, 'used_cpu_sys'),
  };
}

/** @param status the rows of SHOW GLOBAL STATUS */
export function databaseWork(
  status: readonly { Variable_name: string; Value: string }[],
): Pick<Work, 'statements' | 'rowsInserted' | 'logSyncs'> {
  const all = new Map(status.map((row) => [row.Variable_name, Number(row.Value)]));
  return {
    statements: all.get('Questions') ?? 0,
    rowsInserted: all.get('Innodb_rows_inserted') ?? all.get('Handler_write') ?? 0,
    logSyncs: all.get('Innodb_os_log_fsyncs') ?? all.get('Innodb_data_fsyncs') ?? 0,
  };
}
