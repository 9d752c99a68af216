import type { FileHandle } from 'node:fs/promises';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import { openForAppend, prepareDirectory } from './event-files.ts';
import type { Redactor } from './events.ts';

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const MAX_WAITING = 4 * 2 ** 20;

export interface LogFileOptions {
  /** `host.log`; older ones are `host.log.1` (the latest) and up. */
  readonly path: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Default 10 MiB. */
  readonly maxBytes?: number;
  /** Older files kept. Default 5. */
  readonly keep?: number;
}

/** The host's own log: lines for people, with the time before each. */
export interface LogFile {
  /** Never throws and never waits: what a full disk does not take is dropped, and counted in the next line that is written. */
  write(message: string): void;
  /** Resolves when all written so far is in the file. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Controls as `\xNN`, so that showing the file steers no terminal; further lines of one message are indented. */
const printable = (message: string): string =>
  message
    .split(/\r?\n/)
    .map((line) =>
      line.replaceAll('\t', '  ').replace(CONTROLS, (char) => `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`),
    )
    .join('\n    ');

export const createLogFile = ({ path, clock, redactor, maxBytes = 10 * 2 ** 20, keep = 5 }: LogFileOptions): LogFile => {
  let waiting: string[] = [];
  let waitingLength = 0;
  let dropped = 0;
  let writing: Promise<void> | undefined;
  let open: { readonly handle: FileHandle; size: number } | undefined;

  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.handle.close();
  };

  const shiftFiles = async (): Promise<void> => {
    await close();
    await rm(`${path}.${keep}`, { force: true });
    const older = Array.from({ length: keep - 1 }, (_, at) => keep - 1 - at);
    for (const number of older) await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(ignoreMissing);
    if (keep > 0) await rename(path, `${path}.1`).catch(ignoreMissing);
    else await rm(path, { force: true });
  };

  const opened = async (): Promise<NonNullable<typeof open>> => {
    if (open && open.size >= maxBytes) await shiftFiles();
    if (open) return open;
    await prepareDirectory(dirname(path));
    const handle = await openForAppend(path, dirname(path));
    open = { handle, size: (await handle.stat()).size };
    if (open.size < maxBytes) return open;
    await shiftFiles();
    return opened();
  };

  const writeGroup = async (lines: readonly string[]): Promise<void> => {
    const note = dropped > 0 ? `${stamp()} ${dropped} lines could not be written\n` : '';
    try {
      const file = await opened();
      const text = note + lines.join('');
      await file.handle.appendFile(text);
      file.size += Buffer.byteLength(text);
      if (note !== '') dropped = 0;
    } catch {
      dropped += lines.length;
      await close().catch(() => undefined);
    }
  };

  const stamp = (): string => new Date(clock.now()).toISOString();

  const writeAll = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      waitingLength = 0;
      await writeGroup(lines);
    }
    writing = undefined;
  };

  return {
    write(message) {
      const line = `${stamp()} ${printable(redactor.redact(message))}\n`;
      if (waitingLength + line.length > MAX_WAITING) {
        dropped += 1;
        return;
      }
      waiting.push(line);
      waitingLength += line.length;
      writing ??= writeAll();
    },
    async flush() {
      await writing;
    },
    async close() {
      await writing;
      await close();
    },
  };
};

const ignoreMissing = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};
