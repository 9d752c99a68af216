import type { Job, JobState } from '@muster/api';
import { safeText } from '@muster/sdk';
import { Argument, Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { workState } from '../print/paint.ts';
import type { Column } from '../print/table.ts';
import { moment, plural, shortMoment } from '../print/words.ts';
import { progressLine, reportLines } from '../run/job-lines.ts';
import { waitForJob } from '../run/wait-for-job.ts';
import { parseCount, parseLimit, readWindow } from '../run/windows.ts';

const STATES: readonly JobState[] = ['preparing', 'scheduled', 'running', 'paused', 'done', 'cancelled'];
const TASKS_SHOWN = 50;

interface ListFlags {
  readonly state?: JobState;
  readonly limit: number;
}

async function list(context: Context, { state, limit }: ListFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const { total, rows } = await readWindow(
    async (page) => {
      const answer = await client.call('listJobs', { query: { ...(state === undefined ? {} : { state }), ...page } }, signal);
      return { total: answer.total, rows: answer.jobs };
    },
    { limit, signal },
  );
  out.document({ total, jobs: rows });
  const columns: Column<Job>[] = [
    { title: 'JOB', value: ({ id }) => id },
    { title: 'STATE', value: (job) => job.state },
    { title: 'ACTION', value: ({ plugin, action }) => `${plugin}.${action}` },
    { title: 'TASKS', value: (job) => job.total, align: 'right' },
    { title: 'DONE', value: ({ counts }) => counts.done ?? 0, align: 'right' },
    { title: 'FAILED', value: ({ counts }) => counts.failed ?? 0, align: 'right' },
    { title: 'STARTED', value: ({ startedAt }) => (out.tty ? shortMoment(startedAt, Date.now()) : moment(startedAt)), spare: 1 },
    { title: 'TITLE', value: ({ title }) => title, flexible: true, spare: 2 },
  ];
  out.table(columns, rows);
  if (rows.length < total) out.note(`${rows.length.toLocaleString('en')} of ${plural(total, 'job')}; --limit shows more.`);
  else if (total === 0) out.note('No job yet. `muster run <plugin.action>` starts one.');
}

async function show(context: Context, id: string): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const job = await client.call('getJob', { params: { id } });
  const { total, tasks } = await client.call('listTasks', { params: { id }, query: { limit: TASKS_SHOWN } });
  out.document({ job, tasks, totalTasks: total });
  for (const line of job.endedAt === null ? [progressLine(job)] : reportLines(job)) out.line(line);
  out.line('');
  for (const { label, state, attempt, error, evidence } of tasks) {
    const why = error === null ? '' : `  ${safeText(error.code)}: ${safeText(error.message, 200)}`;
    out.line(`${workState(out, state).padEnd(9)}  try ${attempt}  ${safeText(label)}${why}`);
    for (const { path, bytes } of evidence)
      out.line(`           kept  ${safeText(path, 1_000)}  ${bytes.toLocaleString('en')} bytes`);
  }
  if (tasks.length < total) out.note(`${tasks.length} of ${plural(total, 'task')}.`);
}

async function steer(context: Context, verb: 'pause' | 'resume' | 'cancel', id: string): Promise<void> {
  const client = await context.client();
  const job = await client.call(`${verb}Job`, { params: { id } });
  context.out.document({ job });
  context.out.line(progressLine(job));
}

interface RetryFlags {
  readonly code?: readonly string[];
  readonly uncertain?: boolean;
  readonly wait?: boolean;
}

async function retry(context: Context, id: string, { code, uncertain, wait }: RetryFlags): Promise<void> {
  const client = await context.client();
  const body = { ...(code === undefined ? {} : { codes: [...code] }), ...(uncertain ? { uncertain: true } : {}) };
  const job = await client.call('retryJob', { params: { id }, body });
  if (wait) return waitForJob(context, client, job.id, { attended: false });
  context.out.document({ job });
  context.out.line(`Job ${job.id} tries ${plural(job.total, 'task')} again.`);
}

export function register(program: Command, context: Context): void {
  const jobs = program.command('jobs').description('Follows and steers jobs.');
  jobs
    .command('list')
    .description('Jobs, newest first.')
    .addOption(new Option('--state <state>', 'in this state').choices(STATES))
    .addOption(new Option('--limit <n>', 'at most so many, or "all"').argParser(parseLimit).default(20))
    .action((flags: ListFlags) => list(context, flags));
  jobs
    .command('show')
    .description('One job, its errors by code, and its tasks.')
    .argument('<job>')
    .action((id: string) => show(context, id));
  jobs
    .command('watch')
    .description('Follows a job to its end; ends as `muster run` does.')
    .argument('<job>')
    .option('--attended', 'somebody answers its questions elsewhere: keep waiting')
    .action(async (id: string, { attended }: { attended?: boolean }) => {
      await waitForJob(context, await context.client(), id, { attended: attended === true });
    });
  for (const [verb, text] of [
    ['pause', 'Takes no new task; what runs, finishes.'],
    ['resume', 'Goes on.'],
    ['cancel', 'Stops it; accounts go back.'],
  ] as const) {
    jobs
      .command(verb)
      .description(text)
      .argument('<job>')
      .action((id: string) => steer(context, verb, id));
  }
  jobs
    .command('retry')
    .description('A new job of what failed.')
    .argument('<job>')
    .option('--failed', 'what failed (the default)')
    .option('--code <code...>', 'only what failed with these codes')
    .option('--uncertain', 'also what a crash left uncertain')
    .option('--wait', 'wait for its end')
    .action((id: string, flags: RetryFlags) => retry(context, id, flags));
  jobs
    .command('concurrency')
    .description('Tasks at once, changed while it runs.')
    .argument('<job>')
    .addArgument(new Argument('<n>').argParser(parseCount(1, 1_000)))
    .action(async (id: string, concurrency: number) => {
      const client = await context.client();
      const job = await client.call('setJobConcurrency', { params: { id }, body: { concurrency } });
      context.out.document({ job });
      context.out.line(`At most ${plural(job.concurrency, 'task')} at once.`);
    });
}
