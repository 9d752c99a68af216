import type { HostCore } from '../host-core.ts';
import { evidenceType } from './evidence-type.ts';
import type { Handlers } from './handler.ts';
import { selectionOf } from './selection.ts';
import { taskView } from './views.ts';

type JobOperations =
  | 'runAction'
  | 'listJobs'
  | 'getJob'
  | 'listTasks'
  | 'taskEvidence'
  | 'pauseJob'
  | 'resumeJob'
  | 'cancelJob'
  | 'retryJob'
  | 'setJobConcurrency';

export const jobHandlers = ({ jobs, plugins, evidence }: HostCore): Pick<Handlers, JobOperations> => ({
  runAction({ params: { plugin, action }, body, caller }) {
    const overAccounts = Object.hasOwn(plugins.get(plugin).actions, action);
    return jobs.start({
      plugin,
      action,
      input: body.input,
      actor: caller.actor,
      // An action over the plugin as a whole takes none; the core says so when one is given.
      ...(overAccounts || body.selection ? { selection: selectionOf(body.selection, { plugin }) } : {}),
      ...(body.concurrency === undefined ? {} : { concurrency: body.concurrency }),
      ...(body.at === undefined ? {} : { at: body.at }),
      ...(body.everyMs === undefined ? {} : { everyMs: body.everyMs }),
    });
  },
  listJobs: ({ query: { state, offset, limit } }) => jobs.list({ ...(state === undefined ? {} : { state }), offset, limit }),
  getJob: ({ params }) => jobs.get(params.id),
  async listTasks({ params, query: { state, offset, limit } }) {
    await jobs.get(params.id);
    const { total, tasks } = await jobs.tasks({ job: params.id, ...(state === undefined ? {} : { state }), offset, limit });
    const kept = await evidence.list(params.id, new Set(tasks.map((task) => task.id)));
    return { total, tasks: tasks.map((task) => taskView(task, kept.get(task.id))) };
  },
  async taskEvidence({ params: { id, task, name } }) {
    return { type: evidenceType(name), body: await evidence.read({ job: id, task }, name) };
  },
  pauseJob: ({ params, caller }) => jobs.pause(params.id, caller.actor),
  resumeJob: ({ params, caller }) => jobs.resume(params.id, caller.actor),
  cancelJob: ({ params, caller }) => jobs.cancel(params.id, caller.actor),
  retryJob: ({ params, body: { codes, uncertain }, caller }) =>
    jobs.retry(params.id, {
      ...(codes === undefined ? {} : { codes }),
      ...(uncertain === undefined ? {} : { uncertain }),
      actor: caller.actor,
    }),
  setJobConcurrency: ({ params, body, caller }) => jobs.setConcurrency(params.id, body.concurrency, caller.actor),
});
