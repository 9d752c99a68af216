import type { OpenFile } from '../../ports/files.ts';

const stalled = (): Error => Object.assign(new Error('the system took no bytes of a write'), { code: 'EIO' });

/** Writes all of it at once, however few bytes the system takes at a time. Returns the position behind it. */
export const writeAllNow = (file: OpenFile, bytes: Uint8Array, position: number): number => {
  let done = 0;
  while (done < bytes.length) {
    const taken = file.writeNow(bytes.subarray(done), position + done);
    if (taken <= 0) throw stalled();
    done += taken;
  }
  return position + done;
};

/** As `writeAllNow`, off the event loop. */
export const writeAll = async (file: OpenFile, bytes: Uint8Array, position: number): Promise<number> => {
  let done = 0;
  while (done < bytes.length) {
    const taken = await file.write(bytes.subarray(done), position + done);
    if (taken <= 0) throw stalled();
    done += taken;
  }
  return position + done;
};

/** The bytes from `start` up to `end`, fewer where the file is shorter. */
export const readRange = async (file: OpenFile, start: number, end: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
  let filled = 0;
  while (filled < buffer.length) {
    const got = await file.read(buffer.subarray(filled), start + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
};

/** Closes the file whether the work succeeds or not. */
export const using = async <T>(opening: Promise<OpenFile>, work: (file: OpenFile) => Promise<T>): Promise<T> => {
  const file = await opening;
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};
