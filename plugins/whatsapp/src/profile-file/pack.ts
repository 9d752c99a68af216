import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { MusterError } from '@muster/sdk';

/** What a browser makes again by itself, or must not have twice. */
const LEFT_OUT =
  /^(?:Singleton|DevToolsActivePort$|lockfile$|Crash|BrowserMetrics|component_crx_cache$|extensions_crx_cache$|GrShaderCache$|GraphiteDawnCache$|ShaderCache$|segmentation_platform$|Safe Browsing$|GPUCache$|DawnGraphiteCache$|DawnWebGPUCache$|Cache$|Code Cache$|blob_storage$)/;
const MAX_FILES = 100_000;
const MAX_FILE = 4 * 2 ** 30;

/** The files of a profile one after the other: length of the name, name, length, bytes; a name of length 0 ends it. */
export async function* pack(profile: string): AsyncGenerator<Buffer> {
  for await (const path of filesOf(profile)) {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const name = Buffer.from(relative(profile, path).split(sep).join('/'));
      const head = Buffer.alloc(10);
      head.writeUInt16BE(name.length);
      head.writeBigUInt64BE(BigInt(size), 2);
      yield Buffer.concat([head.subarray(0, 2), name, head.subarray(2)]);
      let left = size;
      for await (const bytes of file.createReadStream({ autoClose: false })) {
        const piece = (bytes as Buffer).subarray(0, left);
        left -= piece.length;
        yield piece;
      }
      // It shrank while it was read: what was promised is filled up, the browser's own checks do the rest.
      if (left > 0) yield Buffer.alloc(left);
    } finally {
      await file.close();
    }
  }
  yield Buffer.alloc(2);
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (LEFT_OUT.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isDirectory()) yield* filesOf(path);
    else if (found.isFile()) yield path;
  }
}

const refuse = (why: string): MusterError => new MusterError('BAD_INPUT', `This is no exported session: ${why}.`);

/** Writes what `pack` made into an empty folder. BAD_INPUT for a name that leads out of it. Gives the number of files. */
export async function unpack(packed: AsyncIterable<Uint8Array>, folder: string): Promise<number> {
  const pieces = packed[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    while (held.length < length) {
      const { done, value } = await pieces.next();
      if (done === true) throw refuse('it ends too early');
      held = Buffer.concat([held, value]);
    }
    const bytes = held.subarray(0, length);
    held = held.subarray(length);
    return bytes;
  };
  for (let count = 0; count <= MAX_FILES; count++) {
    const length = (await take(2)).readUInt16BE();
    if (length === 0) return count;
    const name = (await take(length)).toString();
    const path = normalize(join(folder, name));
    if (!path.startsWith(folder + sep) || name.includes('\0')) throw refuse('it holds a file that leads elsewhere');
    const size = Number((await take(8)).readBigUInt64BE());
    if (size > MAX_FILE) throw refuse('it holds a file that is too long');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      for (let left = size; left > 0;) {
        const bytes = await take(Math.min(left, 65_536));
        await file.write(bytes);
        left -= bytes.length;
      }
    } finally {
      await file.close();
    }
  }
  throw refuse('it holds too many files');
}
