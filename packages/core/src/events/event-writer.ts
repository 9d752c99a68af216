import type { FileHandle } from 'node:fs/promises';
import type { EventFile, Retention } from './event-files.ts';
import { applyRetention, dayOf, eventFile, listEventFiles, openForAppend } from './event-files.ts';

export interface EventWriterOptions {
  readonly directory: string;
  readonly now: () => number;
  /** A file that has grown to this is followed by the next part of its day. */
  readonly maxFileBytes: number;
  readonly retention: Retention;
}

/** Appends to the file of the day. One call at a time. */
export interface EventWriter {
  /** On disk when it resolves, with `sync`. When it rejects, nothing of `lines` is kept. */
  append(lines: string, options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}

interface OpenFile extends EventFile {
  readonly handle: FileHandle;
  size: number;
}

export const createEventWriter = ({ directory, now, maxFileBytes, retention }: EventWriterOptions): EventWriter => {
  let current: OpenFile | undefined;

  const close = async (): Promise<void> => {
    const closing = current;
    current = undefined;
    await closing?.handle.close();
  };

  const openFile = async (file: EventFile): Promise<OpenFile> => {
    const handle = await openForAppend(file.path, directory);
    const { size } = await handle.stat();
    current = { ...file, handle, size };
    return current;
  };

  /** The file to append to. Days never go back, or the files' order would not be that of the events. */
  const fileForNow = async (): Promise<OpenFile> => {
    const today = dayOf(now());
    if (current && current.day >= today && current.size < maxFileBytes) return current;
    const newest = current ?? (await listEventFiles(directory)).at(-1);
    await close();
    if (!newest || newest.day < today) return startFile(eventFile(directory, today, 1));
    const opened = await openFile(newest);
    if (opened.size < maxFileBytes) return opened;
    await close();
    return startFile(eventFile(directory, newest.day, newest.part + 1));
  };

  const startFile = async (file: EventFile): Promise<OpenFile> => {
    const opened = await openFile(file);
    // An old file that cannot be deleted must not keep new events from being written; the next new file tries again.
    await applyRetention(directory, retention, now()).catch(() => undefined);
    return opened;
  };

  const append = async (lines: string, { sync }: { readonly sync: boolean }): Promise<void> => {
    const file = await fileForNow();
    try {
      await file.handle.appendFile(lines);
      if (sync) await file.handle.datasync();
      file.size += Buffer.byteLength(lines);
    } catch (error) {
      await takeBack(file);
      throw error;
    }
  };

  /** After a failed write nobody knows what of it is in the file. */
  const takeBack = async (file: OpenFile): Promise<void> => {
    try {
      await file.handle.truncate(file.size);
    } catch {
      // Where the disk refuses even that, the end of the line keeps the next event apart from the torn one.
      await file.handle.appendFile('\n').catch(() => undefined);
    }
    // A failed sync may have dropped what was written, and is not reported again on the same handle.
    await close().catch(() => undefined);
  };

  return { append, close };
};
