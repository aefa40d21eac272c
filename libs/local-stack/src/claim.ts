import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, identify, isRunning, type Identity } from './identity.ts';
import { StackError, touching } from './stack-error.ts';

interface Note {
  owner: Identity;
  child: Identity | null;
  sockets: string;
}

/** sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero. */
const longestSocketPath = 100;
const longestSocketName = 'database.sock'.length;

/** One folder belongs to one running process; what a killed one left behind is cleaned up by the next. */
export class Claim {
  private readonly file: string;
  private note: Note;

  private constructor(file: string, note: Note) {
    this.file = file;
    this.note = note;
  }

  /** @throws StackError when a running process holds the folder, or it cannot be written */
  static async of(folder: string): Promise<Claim> {
    const file = join(folder, 'claim.json');
    return touching(folder, async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await cleanUp(folder, file);
      const owner = identify(process.pid);
      if (!owner) throw new StackError('This system does not tell when a process started: neither /proc nor ps works.');
      const tooLong = Buffer.byteLength(folder) + 1 + longestSocketName > longestSocketPath;
      const sockets = tooLong ? mkdtempSync(join(tmpdir(), 'exco-')) : folder;
      const claim = new Claim(file, { owner, child: null, sockets });
      claim.write('wx');
      return claim;
    });
  }

  get sockets(): string {
    return this.note.sockets;
  }

  remember(pid: number): void {
    this.note = { ...this.note, child: identify(pid) };
    this.write();
  }

  release(): void {
    removeSockets(this.file, this.note.sockets);
    rmSync(this.file, { force: true });
  }

  private write(flag = 'w'): void {
    writeFileSync(this.file, JSON.stringify(this.note), { mode: 0o600, flag });
  }
}

function removeSockets(file: string, sockets: string): void {
  if (file !== join(sockets, 'claim.json')) rmSync(sockets, { recursive: true, force: true });
}

function readNote(file: string): Note | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Note;
  } catch {
    return null;
  }
}

async function cleanUp(folder: string, file: string): Promise<void> {
  const left = readNote(file);
  if (!left) {
    rmSync(file, { force: true });
    return;
  }
  if (isRunning(left.owner))
    throw new StackError(
      `${folder} is in use by process ${left.owner.pid}. Stop that one first (Ctrl-C in its terminal, or kill ${left.owner.pid}).`,
    );
  if (left.child) await end(left.child, 20);
  removeSockets(file, left.sockets);
  rmSync(file, { force: true });
}
