import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders, type Client, type Task } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { plural } from '../print/words.ts';
import { readWindow } from '../run/windows.ts';

interface EvidenceFlags {
  readonly task?: string;
  readonly to?: string;
}

interface Kept {
  readonly task: Task;
  readonly file: Task['evidence'][number];
}

async function keptBy(
  client: Client,
  job: string,
  { task: wanted, signal }: { task?: string; signal: AbortSignal },
): Promise<Kept[]> {
  const { rows } = await readWindow(
    async (page) => {
      const { total, tasks } = await client.call('listTasks', { params: { id: job }, query: page }, signal);
      return { total, rows: tasks };
    },
    { limit: Number.POSITIVE_INFINITY, signal },
  );
  const tasks = wanted === undefined ? rows : rows.filter(({ id, label }) => id === wanted || label === wanted);
  if (wanted !== undefined && tasks.length === 0)
    throw new MusterError('NOT_FOUND', `Job ${job} has no task "${safeText(wanted)}". muster jobs show ${job} lists its tasks.`);
  return tasks.flatMap((task) => task.evidence.map((file) => ({ task, file })));
}

/** A folder for each task; nothing that is there is written over. */
async function fetchAll(context: Context, client: Client, { kept, to }: { kept: readonly Kept[]; to: string }): Promise<void> {
  const { out, signal } = context;
  for (const { task, file } of kept) {
    const folder = join(resolve(context.cwd, to), task.id);
    const path = join(folder, file.name);
    makeFolders(folder);
    const answer = await client.bytes('taskEvidence', { params: { id: task.job, task: task.id, name: file.name } }, signal);
    const content = new Uint8Array(await answer.arrayBuffer());
    await writeFile(path, content, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new MusterError('CONFLICT', `${path} is there already. Name another folder, or remove it.`);
    });
    out.line(path);
  }
}

async function evidence(context: Context, job: string, { task, to }: EvidenceFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const kept = await keptBy(client, job, { signal, ...(task !== undefined && { task }) });
  out.document({ job, files: kept.map((one) => ({ task: one.task.id, label: one.task.label, ...one.file })) });
  if (kept.length === 0) out.note(`Nothing is kept of job ${job}: nothing failed with something to see, or its time is over.`);
  else if (to !== undefined) await fetchAll(context, client, { kept, to });
  else {
    out.table<Kept>(
      [
        { title: 'TASK', value: ({ task: { id } }) => id },
        { title: 'FILE', value: ({ file }) => file.name },
        { title: 'BYTES', value: ({ file }) => file.bytes, align: 'right' },
        { title: 'ACCOUNT', value: ({ task: { label } }) => label, flexible: true },
        { title: 'WHERE', value: ({ file }) => file.url, spare: 1 },
      ],
      kept,
    );
    out.note(`${plural(kept.length, 'file')}; --to <folder> fetches them.`);
  }
}

export function register(program: Command, context: Context): void {
  program
    .command('evidence')
    .description('Lists, or fetches, what the tasks of a job kept: pictures and pages of their failures.')
    .argument('<job>')
    .option('--task <task>', 'of this task only: its id, or the label of its account')
    .option('--to <folder>', 'fetch them into this folder (readable by you only)')
    .action((job: string, flags: EvidenceFlags) => evidence(context, job, flags));
}
