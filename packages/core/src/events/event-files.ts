import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of events: those of one day (UTC), or a part of them when there were many. */
export interface EventFile {
  readonly path: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** 1 for the first of the day. */
  readonly part: number;
}

export interface Retention {
  /** Files whose day is longer ago are deleted. */
  readonly days: number;
  /** The oldest files are deleted while all together are larger. */
  readonly bytes: number;
}

const NAME = /^(\d{4}-\d{2}-\d{2})(?:-(\d{1,6}))?\.ndjson$/;
const DAY_MS = 86_400_000;

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const eventFile = (directory: string, day: string, part: number): EventFile => ({
  path: join(directory, part === 1 ? `${day}.ndjson` : `${day}-${part}.ndjson`),
  day,
  part,
});

/** Oldest first. */
export const listEventFiles = async (directory: string): Promise<EventFile[]> => {
  const files = (await readdir(directory)).flatMap((name) => {
    const [, day, part = '1'] = NAME.exec(name) ?? [];
    return day === undefined ? [] : [eventFile(directory, day, Number(part))];
  });
  return files.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.part - b.part));
};

/** For its owner only, also when it was made with other rights. */
export const prepareDirectory = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
};

/** Opens for appending, for its owner only; its name is on disk when this resolves. Refuses a symbolic link. */
export const openForAppend = async (path: string, directory: string): Promise<FileHandle> => {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const handle = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    await handle.chmod(0o600);
    const folder = await open(directory, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

const sizeOf = async (file: EventFile): Promise<number> => (await stat(file.path)).size;

/** Deletes what the retention no longer covers; never the newest file, which carries the sequence on. */
export const applyRetention = async (directory: string, retention: Retention, now: number): Promise<void> => {
  const files = await listEventFiles(directory);
  const firstDay = dayOf(now - retention.days * DAY_MS);
  const sizes = await Promise.all(files.map(sizeOf));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  for (const [at, file] of files.slice(0, -1).entries()) {
    if (file.day >= firstDay && bytes <= retention.bytes) break;
    await rm(file.path, { force: true });
    bytes -= sizes[at] ?? 0;
  }
};
