/** Something only a person can put right: the message says what happened and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

const faults: Partial<Record<string, (path: string) => string>> = {
  EEXIST: (path) => `${path} is a file, but a folder belongs there. Move it away and start again.`,
  ENOTDIR: (path) => `A part of ${path} is a file, but a folder belongs there. Move it away and start again.`,
  ENOENT: (path) => `${path} cannot be made: the folder it belongs in is missing. Make that one and start again.`,
  EISDIR: (path) => `${path} is a folder, but a file belongs there. Move it away and start again.`,
  EACCES: (path) => `No right to write to ${path}. Make it writable for this user, or remove it, and start again.`,
  EPERM: (path) => `No right to write to ${path}. Make it writable for this user, or remove it, and start again.`,
  EROFS: (path) => `${path} is on a read-only disk. Start from a checkout on a writable one.`,
  ENOSPC: (path) => `The disk that holds ${path} is full. Free some space and start again.`,
};

/** Runs what touches `path`, and turns the usual faults of files and folders into a StackError. */
export async function touching<T>(path: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { code, path: at } = error as NodeJS.ErrnoException;
    const fault = code === undefined ? undefined : faults[code];
    if (!fault) throw error;
    throw new StackError(fault(at ?? path), { cause: error });
  }
}
