import type { Job, Task } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { followRow } from '../../state/follow-row.ts';
import { createListWindow, type ListWindow } from '../../state/list-window.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

const TASK_FILTERS = ['all', 'failed', 'running', 'waiting', 'uncertain'] as const;
export type TaskFilter = (typeof TASK_FILTERS)[number];

export interface TaskQuery {
  /** Without one there are no tasks. */
  readonly job?: string;
  readonly filter: TaskFilter;
}
export type TaskWindow = ListWindow<Task, TaskQuery>;

export interface JobsView {
  readonly cursor: number;
  readonly taskFilter: TaskFilter;
  /** The job that is open, where the list does not hold it (any more). */
  readonly fetched: Job | null;
}

export interface JobsModel {
  readonly view: Store<JobsView>;
  /** The tasks of the job that is open. */
  readonly tasks: TaskWindow;
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
  const view = createStore<JobsView>({ cursor: 0, taskFilter: 'all', fetched: null });
  const tasks: TaskWindow = createListWindow<Task, TaskQuery>({
    start: { filter: 'all' },
    async fetch({ job: id, filter }, range, signal) {
      if (id === undefined) return { total: 0, rows: [] };
      const query = { ...range, ...(filter === 'all' ? {} : { state: filter }) };
      const answer = await client.call('listTasks', { params: { id }, query }, signal);
      return { total: answer.total, rows: answer.tasks };
    },
  });
  let stop = new AbortController();

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

  /** A job so old that the list does not hold it. */
  const fetchJob = async (id: string): Promise<void> => {
    const { signal } = stop;
    try {
      const job = await client.call('getJob', { params: { id } }, signal);
      if (!signal.aborted) view.update((value) => ({ ...value, fetched: job }));
    } catch (thrown) {
      if (!signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
    }
  };
  const queryTasks = (): void => {
    const id = openId();
    tasks.setQuery({ filter: view.get().taskFilter, ...(id === undefined ? {} : { job: id }) });
  };

  let shown: string | undefined;
  const follow = (): void => {
    if (openId() === shown) return;
    shown = openId();
    stop.abort();
    stop = new AbortController();
    view.update((value) => ({ ...value, taskFilter: 'all' }));
    queryTasks();
    if (shown !== undefined && !live.jobs.get().some((job) => job.id === shown)) void fetchJob(shown);
  };
  let last: Job | undefined;
  const refresh = (): void => {
    const job = openId() === undefined ? undefined : current();
    // Other jobs change too, and their tasks are not shown.
    if (job === undefined || job === last || live.link.get().kind === 'lost') return;
    last = job;
    tasks.refresh();
  };
  const stops = [followRow(live.jobs, view), navigation.history.subscribe(follow), live.jobs.subscribe(refresh)];

  const moveTo = (index: number): void => {
    if (openId() !== undefined) return tasks.moveTo(index);
    view.update((value) => ({ ...value, cursor: clamp(index, 0, Math.max(0, live.jobs.get().length - 1)) }));
  };
  const said = async (work: Promise<Job>, text: (job: Job) => string): Promise<void> => {
    const job = await work;
    live.jobs.update((jobs) => jobs.map((one) => (one.id === job.id ? job : one)));
    shell.notices.say(text(job), 'good');
  };
  const retry = async (id: string): Promise<void> => {
    const next = await client.call('retryJob', { params: { id }, body: {} });
    shell.notices.say(`started ${next.title} anew: ${plural(next.total, 'task')} that failed`, 'good');
    navigation.go({ screen: 'jobs', item: next.id });
  };

  return {
    view,
    tasks,
    current,
    isOpen: () => openId() !== undefined,
    move: (rows) => moveTo((openId() === undefined ? view : tasks.view).get().cursor + rows),
    moveTo,
    cycleFilter() {
      view.update((value) => ({
        ...value,
        taskFilter: TASK_FILTERS[(TASK_FILTERS.indexOf(value.taskFilter) + 1) % TASK_FILTERS.length] as TaskFilter,
      }));
      queryTasks();
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
      tasks.close();
      for (const one of stops) one();
    },
  };
}
