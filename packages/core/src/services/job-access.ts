import type { JobAccess, KnownJob } from '@muster/sdk';
import { MusterError } from '@muster/sdk';
import type { Jobs, JobSnapshot } from '../jobs/jobs.ts';
import { findAction } from '../jobs/find-action.ts';
import type { Plugins } from '../plugins/plugins.ts';

const DEFAULT_LIMIT = 20;

const known = ({ id, action, state, total, counts, createdAt, endedAt }: JobSnapshot): KnownJob => ({
  id,
  action,
  state,
  total,
  done: counts.done,
  failed: counts.failed,
  createdAt,
  endedAt,
});

/** The jobs of one plugin, for whoever acts in the name of `actor`. Those of other plugins are not there. */
export function createJobAccess(
  { jobs, plugins }: { readonly jobs: () => Jobs; readonly plugins: Plugins },
  { plugin, actor }: { readonly plugin: string; readonly actor: string },
): JobAccess {
  const find = async (id: string): Promise<JobSnapshot | undefined> => {
    try {
      const job = await jobs().get(id);
      return job.plugin === plugin ? job : undefined;
    } catch (error) {
      if (error instanceof MusterError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  };
  return {
    async start(action, { accounts, where, input = {}, concurrency }) {
      const chosen = { ...(accounts && { ids: accounts }), ...(where !== undefined && { where }) };
      // As on the command line: nobody means all accounts by naming none.
      const { over } = findAction(plugins, plugin, action);
      if (over === 'account' && Object.keys(chosen).length === 0) {
        throw new MusterError(
          'BAD_INPUT',
          `accounts: ${plugin}.${action} works on accounts; name some, or say where ('' is all).`,
        );
      }
      const selection = Object.keys(chosen).length > 0 && { selection: { plugin, ...chosen } };
      const asked = { plugin, action, input, actor, ...selection, ...(concurrency !== undefined && { concurrency }) };
      return known(await jobs().start(asked));
    },
    async get(id) {
      const job = await find(id);
      return job && known(job);
    },
    async list({ action, limit = DEFAULT_LIMIT } = {}) {
      const found = await jobs().list({ plugin, ...(action !== undefined && { action }), limit });
      return found.jobs.map(known);
    },
    async cancel(id) {
      if (!(await find(id))) throw new MusterError('NOT_FOUND', `"${plugin}" has no job ${id}.`);
      await jobs().cancel(id, actor);
    },
  };
}
