import { ApiError, type Job } from '@muster/api';
import { type Answers, bodyOf, type Call } from './fake-call.ts';
import type { FakeRoster } from './fake-roster.ts';

export interface FakeJobs {
  jobs: Job[];
}

export const fakeJob = (change: Partial<Job> = {}): Job => ({
  id: 'j1',
  plugin: 'demo',
  action: 'check',
  title: 'Check demo',
  input: { attempts: 2 },
  state: 'running',
  concurrency: 5,
  total: 100,
  actor: 'tui',
  retryOf: null,
  startAt: null,
  everyMs: null,
  createdAt: 1,
  startedAt: 1,
  endedAt: null,
  counts: { queued: 40, running: 5, waiting: 0, done: 50, failed: 5, cancelled: 0, uncertain: 0 },
  ratePerMinute: 12,
  leftMs: 225_000,
  errors: [{ code: 'BAD_PASSWORD', count: 5, example: 'the password is wrong' }],
  running: [{ task: 't0', account: 'a0', label: 'user-00000', attempt: 1, done: 2, total: 4, note: 'logging in', sinceMs: 900 }],
  output: null,
  ...change,
});

const jobOf = (host: FakeJobs, args: Call['args']): Job => {
  const job = host.jobs.find(({ id }) => id === args.params?.['id']);
  if (!job) throw new ApiError('NOT_FOUND', `There is no job ${String(args.params?.['id'])}.`);
  return job;
};
const changeJob = (host: FakeJobs, args: Call['args'], change: Partial<Job>): Job => {
  const changed = { ...jobOf(host, args), ...change };
  host.jobs = host.jobs.map((job) => (job.id === changed.id ? changed : job));
  return changed;
};

export const JOB_ANSWERS: Answers<FakeJobs & { readonly roster: FakeRoster }> = {
  listJobs: (host) => ({ total: host.jobs.length, jobs: host.jobs }),
  getJob: jobOf,
  listTasks: (host, args) => {
    const job = jobOf(host, args);
    const tasks = host.roster.accounts.map((account, index) => ({
      id: `t${index}`,
      job: job.id,
      account: account.id,
      label: account.label,
      state: index === 0 ? 'running' : index < 4 ? 'failed' : 'queued',
      notBefore: 0,
      attempt: 1,
      error: index > 0 && index < 4 ? { code: 'BAD_PASSWORD', message: 'the password is wrong' } : null,
      output: null,
      evidence: [],
      startedAt: 1,
      endedAt: null,
    }));
    const offset = Number(args.query?.['offset'] ?? 0);
    return { total: tasks.length, tasks: tasks.slice(offset, offset + Number(args.query?.['limit'] ?? 50)) };
  },
  retryJob: (host, args) => {
    const job = jobOf(host, args);
    const again = fakeJob({ ...job, id: `j${host.jobs.length + 1}`, total: job.counts.failed, retryOf: job.id });
    host.jobs = [again, ...host.jobs];
    return again;
  },
  pauseJob: (host, args) => changeJob(host, args, { state: 'paused' }),
  resumeJob: (host, args) => changeJob(host, args, { state: 'running' }),
  cancelJob: (host, args) => changeJob(host, args, { state: 'cancelled' }),
  setJobConcurrency: (host, args) => changeJob(host, args, { concurrency: bodyOf(args)['concurrency'] }),
  runAction: (host, { params, body: given }) => {
    const job = fakeJob({
      id: `j${host.jobs.length + 1}`,
      action: String(params?.['action']),
      input: (given?.['input'] ?? {}) as Job['input'],
    });
    host.jobs = [job, ...host.jobs];
    return job;
  },
};
