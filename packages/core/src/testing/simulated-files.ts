import { basename, dirname } from 'node:path';
import type { Files, OpenFile } from '../ports/files.ts';

interface Inode {
  content: Buffer;
  /** What a power cut leaves for certain. */
  safe: Buffer;
}

export type FileOperation = 'list' | 'open' | 'read' | 'write' | 'truncate' | 'sync' | 'rename' | 'remove' | 'syncDirectory';

/** Called before each operation: throws to let it fail; for a write, may return how many bytes are taken. */
export type Fault = (operation: FileOperation, name: string, bytes: number) => number | undefined;

const systemError = (code: string, syscall: string): Error => Object.assign(new Error(`${code}, ${syscall}`), { code, syscall });

const SECTOR = 512;

/** Lets the operations fail that a full or broken disk would. */
export const failing =
  (code: string, ...operations: FileOperation[]): Fault =>
  (operation) => {
    if (operations.includes(operation)) throw systemError(code, operation);
    return undefined;
  };

/**
 * One folder in memory with the weaknesses of a real disk: until synced, written bytes may be lost, in any order of sectors,
 * and so may new names. `random` gives numbers in [0, 1).
 */
export const createSimulatedFiles = (random: () => number) => {
  let names = new Map<string, Inode>();
  let safeNames = new Map<string, Inode>();
  let fault: Fault = () => undefined;
  /** Grows at each power cut: handles from before are dead. */
  let life = 0;

  const find = (path: string): Inode => {
    const inode = names.get(basename(path));
    if (!inode) throw systemError('ENOENT', 'open');
    return inode;
  };

  const writeInto = (inode: Inode, name: string, bytes: Uint8Array, position: number): number => {
    const taken = fault('write', name, bytes.length) ?? bytes.length;
    const end = position + taken;
    if (end > inode.content.length) inode.content = Buffer.concat([inode.content, Buffer.alloc(end - inode.content.length)]);
    else inode.content = Buffer.from(inode.content);
    inode.content.set(bytes.subarray(0, taken), position);
    return taken;
  };

  const handleOf = (inode: Inode, path: string): OpenFile => {
    const born = life;
    const name = basename(path);
    const begin = (operation: FileOperation, bytes = 0): void => {
      if (born !== life) throw systemError('EIO', operation);
      fault(operation, name, bytes);
    };
    const write = (bytes: Uint8Array, position: number): number => {
      if (born !== life) throw systemError('EIO', 'write');
      return writeInto(inode, name, bytes, position);
    };
    return {
      size: () => Promise.resolve(inode.content.length),
      async read(into, position) {
        begin('read');
        return inode.content.copy(into, 0, position);
      },
      writeNow: write,
      write: async (bytes, position) => write(bytes, position),
      async truncate(size) {
        begin('truncate');
        inode.content = Buffer.from(inode.content.subarray(0, size));
      },
      async sync() {
        begin('sync');
        inode.safe = inode.content;
      },
      close: () => Promise.resolve(),
    };
  };

  const files: Files = {
    async list(directory) {
      fault('list', basename(directory), 0);
      return [...names.keys()];
    },
    makeDirectory: () => Promise.resolve(),
    async open(path, mode) {
      fault('open', basename(path), 0);
      if (mode === 'create' && !names.has(basename(path)))
        names.set(basename(path), { content: Buffer.alloc(0), safe: Buffer.alloc(0) });
      const inode = find(path);
      if (mode === 'create') inode.content = Buffer.alloc(0);
      return handleOf(inode, path);
    },
    async rename(from, to) {
      fault('rename', basename(from), 0);
      const inode = find(from);
      if (dirname(from) === dirname(to)) names.delete(basename(from));
      names.set(basename(to), inode);
    },
    async remove(path) {
      fault('remove', basename(path), 0);
      find(path);
      names.delete(basename(path));
    },
    async syncDirectory(directory) {
      fault('syncDirectory', basename(directory), 0);
      safeNames = new Map(names);
    },
  };

  /** Each sector that was written but not synced is on the disk or not, and a file may have grown without its bytes. */
  const contentAfterCut = ({ content, safe }: Inode): Buffer => {
    if (content === safe) return safe;
    const length = random() < 0.5 ? safe.length : safe.length + Math.floor(random() * (content.length - safe.length + 1));
    const result = Buffer.alloc(Math.max(0, length));
    for (let at = 0; at < length; at += SECTOR) {
      const source = random() < 0.5 ? content : safe;
      if (at < source.length) source.copy(result, at, at, Math.min(at + SECTOR, length));
    }
    return result;
  };

  return {
    files,
    setFault(next: Fault | undefined): void {
      fault = next ?? (() => undefined);
    },
    names: (): string[] => [...names.keys()],
    read: (name: string): Buffer => Buffer.from(find(name).content),
    write(name: string, content: Buffer): void {
      const inode = { content, safe: content };
      names.set(name, inode);
      safeNames.set(name, inode);
    },
    delete(name: string): void {
      names.delete(name);
      safeNames.delete(name);
    },
    /** The machine loses power: open handles die, and only what was safe is there for certain. */
    cutPower(): void {
      life += 1;
      // Changes of names reach the disk in their order or not at all, as in a journalled file system: here all or none.
      const kept = random() < 0.5 ? names : safeNames;
      for (const inode of new Set([...names.values(), ...safeNames.values()])) {
        inode.content = contentAfterCut(inode);
        inode.safe = inode.content;
      }
      names = new Map(kept);
      safeNames = new Map(kept);
    },
  };
};

export type SimulatedFiles = ReturnType<typeof createSimulatedFiles>;
