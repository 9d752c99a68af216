import type { Client, Job, Prompt, Task } from '@muster/api';
import { MusterError, safeText, toMusterError } from '@muster/sdk';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { duration } from '../print/words.ts';
import { followJob } from './follow-job.ts';
import { progressLine, reportLines } from './job-lines.ts';
import { urlTeller } from './url-teller.ts';

export interface WaitOptions {
  /** Somebody answers the job's questions elsewhere. */
  readonly attended: boolean;
  /** Answers the job's questions here. What it throws cancels the job, and is thrown. */
  readonly answer?: (prompt: Prompt) => Promise<string>;
  /** It opens an address: that is a result, long before the job is over. */
  readonly opens?: boolean;
}

/** Waits until the job is over, tells how far it is, prints the result, and sets the exit code. */
export async function waitForJob(
  context: Context,
  client: Client,
  id: string,
  { attended, answer, opens }: WaitOptions,
): Promise<void> {
  const { out } = context;
  const stop = new AbortController();
  let interrupts = 0;
  let cancelled: Promise<unknown> | undefined;
  let asked = new Set<string>();
  const release = context.onInterrupt(() => {
    interrupts++;
    if (interrupts === 1) {
      out.warn(
        `muster: the job goes on without this command. Ctrl-C again within 3 s cancels it; later: muster jobs cancel ${id}`,
      );
      setTimeout(() => stop.abort(), 3_000).unref();
    } else if (interrupts === 2) {
      out.warn('muster: cancelling …');
      cancelled = client.call('cancelJob', { params: { id } });
      cancelled.then(
        () => stop.abort(),
        () => stop.abort(),
      );
    } else stop.abort();
  });
  /** Questions on the terminal, which a line of progress would hide. */
  let asking = 0;
  // A list that was asked for may come after a newer one: a question is answered once, however often it turns up.
  const replied = new Set<string>();
  const reply = (prompt: Prompt, say: (prompt: Prompt) => Promise<string>): void => {
    if (replied.has(prompt.id)) return;
    replied.add(prompt.id);
    out.clear();
    asking++;
    say(prompt)
      .finally(() => asking--)
      .then((text) => client.call('answerPrompt', { params: { id: prompt.id }, body: { text } }))
      .catch((thrown: unknown) => {
        cancelled = client.call('cancelJob', { params: { id } });
        stop.abort(thrown instanceof MusterError ? thrown : toMusterError(thrown));
      });
  };
  const tellUrl = urlTeller(context);
  const onPrompts = (prompts: readonly Prompt[]): void => {
    const fresh = prompts.filter((prompt) => !asked.has(prompt.id));
    asked = new Set(prompts.map((prompt) => prompt.id));
    if (answer) {
      for (const prompt of fresh) reply(prompt, answer);
      return;
    }
    for (const prompt of fresh) {
      out.warn(
        `? ${safeText(prompt.label)}: ${safeText(prompt.title)} (${prompt.kind}); answer with: muster prompts answer ${prompt.id}`,
      );
    }
    if (prompts.length > 0 && !context.interactive && !attended) stop.abort(unattended(prompts));
  };
  try {
    const job = await followJob(client, id, {
      signal: stop.signal,
      onPrompts,
      onJob(latest) {
        if (opens === true) tellUrl(latest);
        if (asking === 0) out.progress(progressLine(latest));
      },
    });
    await printResult(context, client, job);
  } catch (thrown) {
    await cancelled?.catch((failure: unknown) => out.warn(`muster: it could not be cancelled: ${String(failure)}`));
    if (stop.signal.reason instanceof MusterError) throw stop.signal.reason;
    if (interrupts === 0) throw thrown;
    const job = await client.call('getJob', { params: { id } });
    out.document({ job });
    out.warn(`muster: ${progressLine(job)}`);
    context.exit(EXIT.interrupted);
  } finally {
    out.clear();
    release();
  }
}

const unattended = (prompts: readonly Prompt[]): MusterError =>
  new MusterError(
    'PROMPT_UNATTENDED',
    `A question waits and nobody is here to answer: ${safeText(prompts[0]?.title ?? '')}. The job keeps waiting; answer with \`muster prompts answer ${prompts[0]?.id ?? ''}\`, or use --attended.`,
    { details: { prompts: prompts.map(({ id, kind, title, expiresAt }) => ({ id, kind, title, expiresAt })) } },
  );

/** Failed tasks that are read to find out whether anything could be had. */
const LOOKED_AT = 100;

/** The job with the output of its one task, where it is about one account only. */
async function withOutput(client: Client, job: Job): Promise<Job> {
  if (job.total !== 1 || job.output !== null) return job;
  const { tasks } = await client.call('listTasks', { params: { id: job.id }, query: { state: 'done', limit: 1 } });
  const output = tasks[0]?.output;
  return typeof output === 'object' && output !== null && !Array.isArray(output) ? { ...job, output: { ...output } } : job;
}

async function printResult(context: Context, client: Client, ended: Job): Promise<void> {
  const { out } = context;
  const job = await withOutput(client, ended);
  const failed = (job.counts.failed ?? 0) + (job.counts.uncertain ?? 0);
  const answer =
    failed === 0
      ? []
      : (await client.call('listTasks', { params: { id: job.id }, query: { state: 'failed', limit: LOOKED_AT } })).tasks;
  const nothing = failed > 0 && job.errors.length > 0 && job.errors.every(({ code }) => code === 'NOTHING_AVAILABLE');
  const retryAfterMs = nothing ? soonest(answer) : null;
  out.clear();
  out.document({
    job,
    ...(nothing ? { retryAfterMs } : {}),
    ...(failed === 0 ? {} : { failed: answer.map(failure) }),
  });
  for (const line of reportLines(job)) out.line(line);
  if (nothing) {
    context.exit(EXIT.nothing);
    if (retryAfterMs !== null) out.note(`muster: try again in ${duration(retryAfterMs)}.`);
  } else if (failed > 0) {
    context.exit(EXIT.tasksFailed);
    out.note(`muster: \`muster jobs retry ${job.id} --failed\` tries again what failed.`);
  } else if (job.state === 'cancelled') context.exit(EXIT.interrupted);
}

const failure = ({ id, account, label, error }: Task): object => ({ task: id, account, label, error });

/** How long until any of them may be tried again; null when time alone brings none back. */
function soonest(tasks: readonly Task[]): number | null {
  const times = tasks.flatMap(({ error }) => error?.retryAfterMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}
