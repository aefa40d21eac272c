import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  name: string;
  content: string | Buffer;
  /** What the headers say of the unpacked size, when that is a lie. */
  claimedSize?: number;
}

/** A zip file (PKWARE APPNOTE 6.3): written by hand, because no zip library writes one that lies. */
export function zip(files: Packed[]): Uint8Array<ArrayBuffer> {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize } of files) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const title = Buffer.from(name);
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(crc32(bytes), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(claimedSize ?? bytes.length, 8);
    sizes.writeUInt16LE(title.length, 12);
    const start = Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
    local.push(start, sizes, title, packed);
    const entry = Buffer.concat([
      Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]),
      sizes,
      Buffer.alloc(14),
    ]);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, title);
    offset += start.length + sizes.length + title.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...local, listing, end]));
}

/** Rows as a CSV file, every field quoted, as OneRoster wants it. */
export function csv(rows: string[][]): string {
  return rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')).join('\r\n') + '\r\n';
}
