import type { Job, Task } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

const TASKS_SHOWN = 200;
export const TASK_FILTERS = ['all', 'failed', 'running', 'waiting', 'uncertain'] as const;
export type TaskFilter = (typeof TASK_FILTERS)[number];

export interface JobsView {
  readonly cursor: number;
  /** In the job that is open. */
  readonly taskCursor: number;
  readonly taskFilter: TaskFilter;
  readonly tasks: readonly Task[];
  readonly taskTotal: number;
  /** The job that is open, where the list does not hold it (any more). */
  readonly fetched: Job | null;
}

export interface JobsModel {
  readonly view: Store<JobsView>;
  /** The job that is open, or the one under the pointer. */
  readonly current: () => Job | undefined;
  readonly isOpen: () => boolean;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly cycleFilter: () => void;
  /** Pause, resume, cancel: the answer is the job as it is then. */
  readonly control: (operation: 'pauseJob' | 'resumeJob' | 'cancelJob') => void;
  readonly retry: () => void;
  readonly changeConcurrency: (by: number) => void;
  readonly close: () => void;
}

export function createJobsModel(shell: Shell): JobsModel {
  const { live, navigation, client } = shell;
  const view = createStore<JobsView>({ cursor: 0, taskCursor: 0, taskFilter: 'all', tasks: [], taskTotal: 0, fetched: null });
  let stop = new AbortController();
  let loading = false;
  let again = false;

  const openId = (): string | undefined => {
    const place = navigation.place();
    return place.screen === 'jobs' ? place.item : undefined;
  };
  const current = (): Job | undefined => {
    const id = openId();
    const jobs = live.jobs.get();
    if (id === undefined) return jobs[view.get().cursor];
    const { fetched } = view.get();
    return jobs.find((job) => job.id === id) ?? (fetched?.id === id ? fetched : undefined);
  };

  /** One question at a time: while a job runs its tasks change at every beat. */
  const load = async (): Promise<void> => {
    const id = openId();
    if (id === undefined || live.link.get().kind === 'lost') return;
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    const { signal } = stop;
    try {
      const { taskFilter } = view.get();
      const state = taskFilter === 'all' ? {} : { state: taskFilter };
      const [answer, job] = await Promise.all([
        client.call('listTasks', { params: { id }, query: { limit: TASKS_SHOWN, ...state } }, signal),
        live.jobs.get().some((one) => one.id === id) ? null : client.call('getJob', { params: { id } }, signal),
      ]);
      if (!signal.aborted)
        view.update((value) => ({
          ...value,
          tasks: answer.tasks,
          taskTotal: answer.total,
          taskCursor: clamp(value.taskCursor, 0, Math.max(0, answer.tasks.length - 1)),
          fetched: job ?? value.fetched,
        }));
    } catch (thrown) {
      if (!signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
    } finally {
      loading = false;
      if (again) {
        again = false;
        void load();
      }
    }
  };

  let shown: string | undefined;
  const follow = (): void => {
    if (openId() === shown) return;
    shown = openId();
    stop.abort();
    stop = new AbortController();
    loading = false;
    view.update((value) => ({ ...value, tasks: [], taskTotal: 0, taskCursor: 0, taskFilter: 'all' }));
    void load();
  };
  const stops = [navigation.history.subscribe(follow), live.jobs.subscribe(() => void load())];

  const moveTo = (index: number): void =>
    view.update((value) =>
      openId() === undefined
        ? { ...value, cursor: clamp(index, 0, Math.max(0, live.jobs.get().length - 1)) }
        : { ...value, taskCursor: clamp(index, 0, Math.max(0, value.tasks.length - 1)) },
    );
  const said = async (work: Promise<Job>, text: (job: Job) => string): Promise<void> => {
    const job = await work;
    live.jobs.update((jobs) => jobs.map((one) => (one.id === job.id ? job : one)));
    shell.notices.say(text(job), 'good');
  };
  const retry = async (id: string): Promise<void> => {
    const next = await client.call('retryJob', { params: { id }, body: {} });
    shell.notices.say(`started ${next.title} with ${next.total} tasks that failed`, 'good');
    navigation.go({ screen: 'jobs', item: next.id });
  };

  return {
    view,
    current,
    isOpen: () => openId() !== undefined,
    move: (rows) => moveTo((openId() === undefined ? view.get().cursor : view.get().taskCursor) + rows),
    moveTo,
    cycleFilter() {
      view.update((value) => ({
        ...value,
        taskFilter: TASK_FILTERS[(TASK_FILTERS.indexOf(value.taskFilter) + 1) % TASK_FILTERS.length] as TaskFilter,
        taskCursor: 0,
      }));
      void load();
    },
    control(operation) {
      const job = current();
      if (job) shell.attempt(said(client.call(operation, { params: { id: job.id } }), (now) => `${now.title}: ${now.state}`));
    },
    retry() {
      const job = current();
      if (job) shell.attempt(retry(job.id));
    },
    changeConcurrency(by) {
      const job = current();
      if (!job) return;
      const concurrency = clamp(job.concurrency + by, 1, 1_000);
      const work = client.call('setJobConcurrency', { params: { id: job.id }, body: { concurrency } });
      shell.attempt(said(work, (now) => `${now.title}: ${now.concurrency} tasks at once`));
    },
    close() {
      stop.abort();
      for (const one of stops) one();
    },
  };
}
