import { promisify } from 'node:util';
import { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile as Yauzl } from 'yauzl';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { unreadable } from './refusals.ts';

/** Unpacked, of all files together. A hundred thousand students with every optional column are 60 MB. */
const mostBytes = 256 * 1024 * 1024;
/** CSV shrinks to a tenth, one that repeats itself to a thirtieth; deflate can reach 1,032. */
const mostRatio = 150;
const ratioMattersFrom = 4 * 1024 * 1024;
const mostEntries = 200;

/** A zip of a few known files. */
export interface ZipFile {
  has(file: string): boolean;
  /** The unpacked file. It fails with ROSTER_UNREADABLE as soon as it grows beyond what is allowed or announced. */
  open(file: string): Promise<Readable>;
  close(): void;
}

const openFile = promisify<string, yauzl.Options, Yauzl>(yauzl.open);

/**
 * Reads the directory of a zip and finds these files in it, at its root or in one folder; the rest is never unpacked.
 * @throws ApiError ROSTER_UNREADABLE
 */
export async function openZip(path: string, wanted: readonly string[]): Promise<ZipFile> {
  // Not lazily closed: entries are opened after the directory was read. Sizes are checked while unpacking.
  const zip = await openFile(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch(
    (error: unknown) => {
      throw unreadable(
        `is not a zip file that can be read (${error instanceof Error ? error.message : String(error)})`,
      );
    },
  );
  try {
    if (zip.entryCount > mostEntries) throw unreadable(`holds more than ${mostEntries} files`);
    const entries = await find(zip, wanted);
    return {
      has: (file) => entries.has(file),
      open: (file) => unpack(zip, entries.get(file), file),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function find(zip: Yauzl, wanted: readonly string[]): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const found = new Map<string, Entry>();
    let announced = 0;
    zip.on('error', (error: Error) => reject(unreadable(`is a damaged zip file (${error.message})`)));
    zip.on('end', () => resolve(found));
    zip.on('entry', (entry: Entry) => {
      const [, file = ''] = /^(?:[^/]+\/)?([^/]+)$/.exec(entry.fileName) ?? [];
      if (wanted.includes(file) && !entry.fileName.startsWith('__MACOSX/')) {
        announced += entry.uncompressedSize;
        const fault = found.has(file)
          ? 'is in the zip twice'
          : announced > mostBytes
            ? 'unpacks to more than is allowed'
            : entry.isEncrypted()
              ? 'is encrypted'
              : null;
        if (fault !== null) reject(unreadable(fault, { file }));
        found.set(file, entry);
      }
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function unpack(zip: Yauzl, entry: Entry | undefined, file: string): Promise<Readable> {
  if (!entry) throw unreadable('is missing in the zip', { file });
  const damaged = (error: unknown) =>
    error instanceof ApiError
      ? error
      : unreadable(`can’t be unpacked (${error instanceof Error ? error.message : String(error)})`, { file });
  const packed = await openEntry(zip, entry).catch((error: unknown) => {
    throw damaged(error);
  });
  const most = Math.max(ratioMattersFrom, entry.compressedSize * mostRatio);
  return Readable.from(watched(packed, most, file, damaged), { objectMode: false });
}

function openEntry(zip: Yauzl, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, packed) => {
      if (error) reject(error);
      else resolve(packed);
    });
  });
}

async function* watched(
  packed: Readable,
  most: number,
  file: string,
  damaged: (error: unknown) => Error,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const piece of packed as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > most) throw unreadable('unpacks to far more than a roster file would', { file });
      yield piece;
    }
  } catch (error) {
    throw damaged(error);
  }
}
