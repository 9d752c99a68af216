import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { Events, Redactor } from '../events/events.ts';
import type { Clock } from '../ports/clock.ts';
import type { Evidence, EvidenceFile } from './evidence.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAX_BYTES = 32 * 1_024 * 1_024;
/** Files of one name in one task. */
const MAX_COPIES = 100;
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;
const ID = /^[0-9a-z-]{1,64}$/;

function checkName(name: unknown): asserts name is string {
  if (typeof name === 'string' && NAME.test(name)) return;
  const shape = 'letters, digits, dots, - and _, at most 100, the first a letter or digit';
  throw new MusterError('BAD_INPUT', `name: a file of evidence is called like page.html (${shape}).`);
}

/** Nothing there is an empty folder. */
const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

export function createEvidence(deps: {
  readonly directory: string;
  readonly keepMs: number;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly events: Events;
}): Evidence {
  const { directory, keepMs, clock, redactor, events } = deps;
  let takeBack: (() => void) | undefined;
  let sweeping: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const folderOf = (job: string, task = '.'): string => {
    if (!ID.test(job) || (task !== '.' && !ID.test(task))) throw new MusterError('BAD_INPUT', 'Evidence belongs to a task.');
    return join(directory, job, task);
  };
  const filesIn = async (folder: string): Promise<EvidenceFile[]> => {
    const files: EvidenceFile[] = [];
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      // Swept away meanwhile: then it is not there.
      const facts = await stat(path).catch(() => undefined);
      if (facts?.isFile()) files.push({ name, path, bytes: facts.size, at: Math.round(facts.mtimeMs) });
    }
    return files.toSorted((left, right) => left.at - right.at);
  };
  const create = async (folder: string, name: string) => {
    const { name: stem, ext } = parse(name);
    for (let copy = 1; copy <= MAX_COPIES; copy += 1) {
      const path = join(folder, copy === 1 ? name : `${stem}-${copy}${ext}`);
      try {
        return { path, file: await open(path, 'wx', 0o600) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    throw new MusterError('TOO_LARGE', `This task has kept ${MAX_COPIES} files named ${name} already.`);
  };
  const sweep = async (): Promise<number> => {
    const oldest = clock.now() - keepMs;
    let removed = 0;
    for (const job of await namesIn(directory)) {
      for (const task of await namesIn(join(directory, job))) {
        const folder = join(directory, job, task);
        for (const { path, at } of await filesIn(folder)) {
          if (at >= oldest) continue;
          await rm(path, { force: true });
          removed += 1;
        }
        // Refused while something is left in it.
        await rmdir(folder).catch(() => undefined);
      }
      await rmdir(join(directory, job)).catch(() => undefined);
    }
    return removed;
  };
  const sweepDaily = (): void => {
    sweeping = sweep().catch(async (error: unknown) => {
      const message = `Old evidence could not be removed: ${error instanceof Error ? error.message : String(error)}`;
      await events.record({ level: 'warn', type: 'evidence.kept', message }).catch(() => undefined);
    });
    if (!stopped) takeBack = clock.after(DAY_MS, sweepDaily);
  };

  return {
    async keep({ job, task }, name, content) {
      checkName(name);
      const bytes = typeof content === 'string' ? Buffer.from(redactor.redact(content)) : content;
      if (bytes.byteLength > MAX_BYTES) {
        throw new MusterError('TOO_LARGE', `${name} has ${bytes.byteLength} bytes; a file of evidence has at most ${MAX_BYTES}.`);
      }
      const folder = folderOf(job, task);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { path, file } = await create(folder, name);
      try {
        await file.writeFile(bytes);
      } finally {
        await file.close();
      }
      const at = clock.now() / 1_000;
      await utimes(path, at, at);
      return path;
    },

    async read({ job, task }, name) {
      checkName(name);
      const gone = new MusterError(
        'NOT_FOUND',
        `Task ${task} of job ${job} keeps no file ${name}; evidence goes after its time.`,
      );
      try {
        // No link is followed: only what was kept here is given out.
        const file = await open(join(folderOf(job, task), name), constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          if (!(await file.stat()).isFile()) throw gone;
          return await file.readFile();
        } finally {
          await file.close();
        }
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        throw code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' ? gone : error;
      }
    },

    async list(job, among) {
      const found = new Map<string, readonly EvidenceFile[]>();
      const folder = folderOf(job);
      for (const task of await namesIn(folder)) {
        if (among && !among.has(task)) continue;
        const files = await filesIn(join(folder, task));
        if (files.length > 0) found.set(task, files);
      }
      return found;
    },

    sweep,
    start: sweepDaily,
    async stop() {
      stopped = true;
      takeBack?.();
      await sweeping;
    },
  };
}
