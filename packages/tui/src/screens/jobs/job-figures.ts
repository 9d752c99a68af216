import type { Job } from '@muster/api';
import type { Tone } from '@muster/sdk/ui';
import { span, shortCount } from '../../parts/format.ts';

type Counts = Partial<Job['counts']>;
export const countOf = (job: Job, state: keyof Job['counts']): number => (job.counts as Counts)[state] ?? 0;

/** Tasks that will not run any more. */
export const finished = (job: Job): number =>
  countOf(job, 'done') + countOf(job, 'failed') + countOf(job, 'cancelled') + countOf(job, 'uncertain');

export const jobTone = (job: Job): Tone => {
  if (job.state === 'cancelled') return 'faint';
  if (job.state === 'paused') return 'warn';
  if (countOf(job, 'failed') + countOf(job, 'uncertain') > 0) return job.state === 'done' ? 'bad' : 'warn';
  return job.state === 'done' ? 'good' : 'accent';
};

export const rateText = (job: Job): string =>
  job.state === 'running' && job.ratePerMinute > 0 ? `${shortCount(Math.round(job.ratePerMinute))}/m` : '—';

export function leftText(job: Job): string {
  if (job.state !== 'running') return job.state;
  return job.leftMs === null ? '—' : span(job.leftMs);
}

/** Tasks that run now, over all jobs. */
export const runningTasks = (jobs: readonly Job[]): number =>
  jobs.reduce((sum, job) => (job.state === 'done' || job.state === 'cancelled' ? sum : sum + countOf(job, 'running')), 0);
