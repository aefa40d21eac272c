import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { StackError } from '@exco/local-stack';
import { compareSchema } from '@exco/persistence';

/** The first line of a backup: what a restore has to know before it touches anything. */
export interface BackupHeader {
  madeAt: string;
  /** Names of the migrations that the database had seen. */
  migrations: string[];
}

const mark = '-- Exco Live backup ';
/** The dump program's own last line: without it the file was cut off. */
const completed = '-- Dump completed';

export const headerLine = (header: BackupHeader): string => `${mark}${JSON.stringify(header)}\n`;

/**
 * Reads the file to its end, so that a restore begins only with a whole one.
 * @throws StackError when it is no backup, is cut off or damaged, or a later version made it
 */
export async function inspectBackup(file: string): Promise<BackupHeader> {
  let header: BackupHeader | null = null;
  let last = '';
  try {
    const input = createReadStream(file);
    const lines = createInterface({ input: input.pipe(createGunzip()).on('error', (error) => input.destroy(error)) });
    const failed = new Promise<never>((_, reject) => input.on('error', reject));
    const read = (async () => {
      for await (const line of lines) {
        header ??= line.startsWith(mark) ? (JSON.parse(line.slice(mark.length)) as BackupHeader) : null;
        if (!header) break;
        if (line !== '') last = line;
      }
    })();
    await Promise.race([read, failed]);
  } catch (error) {
    throw new StackError(`${file} cannot be read, or is damaged: ${(error as Error).message}. Nothing was restored.`, {
      cause: error,
    });
  }
  const found = header as BackupHeader | null;
  if (!found)
    throw new StackError(`${file} is no backup of Exco Live: npm run backup makes one. Nothing was restored.`);
  if (!last.startsWith(completed))
    throw new StackError(`${file} is cut off; take another backup. Nothing was restored.`);
  const { unknown = [] } = { ...compareSchema(found.migrations) } as { unknown?: string[] };
  if (unknown.length > 0)
    throw new StackError(
      `${file} was made by a later version (${unknown.join(', ')}). Restore it with that version. Nothing was restored.`,
    );
  return found;
}
