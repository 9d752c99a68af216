import type { Job, TaskState } from '@muster/api';
import { safeText } from '@muster/sdk';
import { duration, moment } from '../print/words.ts';
import { outputLines } from './output-lines.ts';

const OVER: readonly TaskState[] = ['done', 'failed', 'cancelled', 'uncertain'];

const count = (job: Job, state: TaskState): number => job.counts[state] ?? 0;

/** One line that says how far a job is. */
export function progressLine(job: Job): string {
  if (job.state === 'scheduled' && job.startAt !== null) return `${safeText(job.title)}: begins at ${moment(job.startAt)}`;
  const over = OVER.reduce((sum, state) => sum + count(job, state), 0);
  const parts = [`${safeText(job.title)}: ${over.toLocaleString('en')} of ${job.total.toLocaleString('en')}`];
  const failed = count(job, 'failed');
  if (failed > 0) parts.push(`${failed.toLocaleString('en')} failed`);
  const [only] = job.total === 1 ? job.running : [];
  if (only && only.total > 0) {
    // Of one thing, what is said of it tells more than that it is not done.
    const far = only.total === 1 && only.note ? '' : `${only.done.toLocaleString('en')} of ${only.total.toLocaleString('en')} `;
    parts.push(`${far}${only.note ? safeText(only.note) : ''}`.trimEnd());
  }
  if (job.ratePerMinute > 0 && job.total > 1) parts.push(`${Math.round(job.ratePerMinute).toLocaleString('en')}/min`);
  if (job.leftMs !== null && job.leftMs >= 1_000) parts.push(`${duration(job.leftMs)} left`);
  if (job.state !== 'running') parts.push(job.state);
  return parts.join(', ');
}

/** What to say when a job is over. */
export function reportLines(job: Job, now: number = Date.now()): string[] {
  const counts = OVER.filter((state) => count(job, state) > 0).map((state) =>
    job.total === 1 ? state : `${count(job, state).toLocaleString('en')} ${state}`,
  );
  const tookMs = job.startedAt !== null && job.endedAt !== null ? job.endedAt - job.startedAt : 0;
  const took = tookMs < 1_000 ? '' : ` in ${duration(tookMs)}`;
  return [
    `${safeText(job.title)}: ${counts.join(', ') || (job.state === 'cancelled' ? 'cancelled' : 'nothing to do')}${took}.`,
    ...job.errors.map(
      ({ code, count: times, example }) =>
        `  ${job.total === 1 ? '' : `${times.toLocaleString('en')} × `}${safeText(code)}: ${safeText(example, 300)}`,
    ),
    ...(job.output === null ? [] : outputLines(job.output, now)),
  ];
}
