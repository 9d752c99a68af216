import { MusterError } from '@muster/sdk';
import type { Files, OpenFile } from '../../ports/files.ts';
import { writeAllNow } from './file-io.ts';
import { encodeLine } from './journal-line.ts';
import type { StorePaths } from './store-files.ts';

/** Where a journal stands: its generation, and its length in bytes that are safe. */
export interface JournalPosition {
  readonly generation: number;
  readonly bytes: number;
}

/** The first line of each journal. It names the end of the one before, so that a missing or shortened one is noticed. */
export interface JournalHeader {
  readonly format: 'muster-journal';
  readonly version: 1;
  readonly generation: number;
  readonly after: JournalPosition | null;
}

const headerLine = (generation: number, after: JournalPosition | null): Buffer =>
  encodeLine(JSON.stringify({ format: 'muster-journal', version: 1, generation, after } satisfies JournalHeader));

interface Waiting {
  readonly text: string;
  readonly done: (error?: Error) => void;
}

interface Rotation {
  readonly capture: () => void;
  readonly done: (error?: Error) => void;
}

interface JournalOptions {
  readonly files: Files;
  readonly directory: string;
  readonly paths: StorePaths;
  /** The last journal, all of it safe; its first line is written. */
  readonly position: JournalPosition;
  /** Called after each batch is safe. */
  readonly onBatch: (position: JournalPosition) => void;
}

/** A batch is made durable by one write and one sync. More than this goes into the next, so that no one write takes long. */
const BATCH_CHARACTERS = 1 << 20;

const failure = (cause: unknown): MusterError => {
  const { code, message } = cause as NodeJS.ErrnoException;
  const what = code === 'ENOSPC' ? 'the disk is full' : message;
  return new MusterError(
    'STORE_FAILED',
    `A write to the store failed (${what}). Nothing of the change was kept, and what was saved before is safe. ` +
      'Mend the cause, such as freeing space; the store tries again with the next change.',
    { cause },
  );
};

/** Starts a journal file: there, with its first line, whatever happens next. */
export const startJournal = async (
  options: Pick<JournalOptions, 'files' | 'directory' | 'paths'>,
  position: { readonly generation: number; readonly after: JournalPosition | null },
): Promise<{ readonly file: OpenFile; readonly bytes: number }> => {
  const file = await options.files.open(options.paths.journal(position.generation), 'create');
  try {
    const bytes = writeAllNow(file, headerLine(position.generation, position.after), 0);
    await file.sync();
    await options.files.syncDirectory(options.directory);
    return { file, bytes };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/**
 * The append-only log of transactions. All that come in one turn of the event loop, or while a write is under way, become durable together.
 * After a failed write it takes nothing until `mend` has cut the file back to what is safe.
 */
export const openJournal = async (options: JournalOptions) => {
  const { files, paths } = options;
  /** What is safe; the file may hold more, of a write under way or failed. */
  let position = options.position;
  let file = await files.open(paths.journal(position.generation), 'change');
  let waiting: Waiting[] = [];
  let failed: MusterError | undefined;
  let working: Promise<void> | undefined;
  let mending: Promise<void> | undefined;
  let rotation: Rotation | undefined;
  let headerBytes = headerLine(position.generation, null).length;

  const fail = (error: MusterError, batch: readonly Waiting[]): void => {
    failed = error;
    const lost = [...batch, ...waiting];
    waiting = [];
    rotation?.done(error);
    rotation = undefined;
    // The latest first: each undoes its own change, and later ones rest on earlier ones.
    for (const { done } of lost.toReversed()) done(error);
  };

  const takeBatch = (): Waiting[] => {
    let characters = 0;
    let length = 0;
    while (length < waiting.length && (length === 0 || characters < BATCH_CHARACTERS)) {
      characters += (waiting[length] as Waiting).text.length;
      length += 1;
    }
    return waiting.splice(0, length);
  };

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    if (batch.length === 0) return;
    const line = encodeLine(`[${batch.map(({ text }) => text).join(',')}]`);
    try {
      const end = writeAllNow(file, line, position.bytes);
      await file.sync();
      position = { ...position, bytes: end };
    } catch (error) {
      fail(failure(error), batch);
      return;
    }
    for (const { done } of batch) done();
    options.onBatch(position);
  };

  const startNext = async (): Promise<void> => {
    const next = await startJournal(options, { generation: position.generation + 1, after: position });
    await file.close();
    file = next.file;
    headerBytes = next.bytes;
    position = { generation: position.generation + 1, bytes: next.bytes };
  };

  const finishRotation = async (asked: Rotation): Promise<void> => {
    try {
      await startNext();
    } catch (error) {
      // The next file may be there and name an end of this one: nothing more may be written to this one.
      fail(failure(error), []);
      return;
    }
    rotation = undefined;
    asked.done();
  };

  const hasWork = (): boolean => !failed && (waiting.length > 0 || rotation !== undefined);

  const work = async (): Promise<void> => {
    // Every caller of this turn joins the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (hasWork()) {
      const batch = takeBatch();
      // The tables hold exactly what is in the journal once this batch is, if none waits behind it.
      const boundary = waiting.length === 0 ? rotation : undefined;
      boundary?.capture();
      await writeBatch(batch);
      if (boundary && boundary === rotation) await finishRotation(boundary);
    }
  };

  const wake = (): void => {
    working ??= work().finally(() => {
      working = undefined;
      if (hasWork()) wake();
    });
  };

  const mend = async (): Promise<void> => {
    await working;
    // A handle whose sync failed cannot be trusted again; what it had not made safe is cut off, and a new file begun.
    await file.close().catch(() => undefined);
    try {
      file = await files.open(paths.journal(position.generation), 'change');
      await file.truncate(position.bytes);
      await file.sync();
      if (position.bytes > headerBytes) await startNext();
    } catch (error) {
      throw failure(error);
    }
    failed = undefined;
  };

  return {
    append(text: string, done: (error?: Error) => void): void {
      if (failed) {
        done(failed);
        return;
      }
      waiting.push({ text, done });
      wake();
    },
    get failed() {
      return failed;
    },
    get position() {
      return position;
    },
    /** Makes the journal usable again after a failure. Errors: STORE_FAILED while the cause lasts. */
    mend(): Promise<void> {
      mending ??= mend().finally(() => {
        mending = undefined;
      });
      return mending;
    },
    /**
     * Begins a new generation between two batches. `capture` is called at that boundary: what the tables hold then is what the
     * journals up to there hold.
     */
    rotate(capture: () => void): Promise<void> {
      if (failed) return Promise.reject(failed);
      return new Promise((resolve, reject) => {
        rotation = { capture, done: (error) => (error ? reject(error) : resolve()) };
        wake();
      });
    },
    async close(): Promise<void> {
      for (let current = working; current; current = working) await current;
      await mending?.catch(() => undefined);
      await file.close().catch(() => undefined);
    },
  };
};

export type Journal = Awaited<ReturnType<typeof openJournal>>;
