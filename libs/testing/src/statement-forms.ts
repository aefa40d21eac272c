import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';

const listFile = join(import.meta.dirname, 'statements-with-a-case.txt');

/** The forms of statements that query-plans.spec.ts judges. It writes this list down, and other tests compare with it. */
export function formsWithACase(): string[] {
  return readFileSync(listFile, 'utf8').trimEnd().split('\n');
}

export function writeFormsWithACase(forms: readonly string[]): void {
  writeFileSync(listFile, `${forms.join('\n')}\n`);
}

/** One for any number of values, and for any columns that are set: what is read does not depend on them. */
function formOf(digestText: string): string {
  return digestText
    .replaceAll(/\((?:\?|\.\.\.| |,)+\)/g, '(...)')
    .replace(/ VALUES (?:(?! ON DUPLICATE ).)*/, ' VALUES ...')
    .replace(/^(UPDATE `\w+`) SET (?:(?! WHERE ).)* WHERE/, '$1 SET ... WHERE')
    .trim();
}

/** Each server and version tells forms in other words, and may tell none; the list is of the one that Debian 12 has. */
export async function tellsFormsAsListed(source: DataSource): Promise<boolean> {
  const [server] = await source.query<{ version: string; tells: number }[]>(
    'SELECT VERSION() AS version, @@performance_schema AS tells',
  );
  return server?.tells === 1 && /^10\.11\..*MariaDB/.test(server.version);
}

/**
 * What the server has been asked about tables of this database, by any user whom performance_schema records. Of a packet
 * of several statements only the first is told apart, so packets are missing.
 */
export async function statementForms(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ text: string }[]>(
    `SELECT DISTINCT DIGEST_TEXT AS text FROM performance_schema.events_statements_summary_by_digest
     WHERE DIGEST_TEXT REGEXP '^(SELECT|INSERT|UPDATE|DELETE|REPLACE)'`,
  );
  const tables = source.entityMetadatas.map(({ tableName }) => `\`${tableName}\``);
  const asked = rows.filter(({ text }) => tables.some((table) => text.includes(table)));
  return [...new Set(asked.map(({ text }) => formOf(text)))].sort();
}

/** The next answer of `statementForms` tells of what comes after this. */
export async function forgetStatements(source: DataSource): Promise<void> {
  await source.query('TRUNCATE TABLE performance_schema.events_statements_summary_by_digest');
}
