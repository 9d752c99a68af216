import type { Job } from '@muster/api';
import { openConfirm } from '../../overlays/confirm.tsx';
import type { Shell } from '../../shell.ts';
import { inputFlags } from './action-menu.ts';
import type { AccountsModel } from './accounts-model.ts';

const EVENTS_LOOKED_AT = 500;

/** The job in which the account failed last. */
async function lastFailed(shell: Shell, account: string): Promise<Job | undefined> {
  const events = await shell.client.call('queryEvents', { query: { account, limit: EVENTS_LOOKED_AT } });
  const failed = events.filter(({ type, job }) => type === 'task.failed' && job !== undefined).toSorted((a, b) => b.seq - a.seq);
  const id = failed[0]?.job;
  return id === undefined ? undefined : shell.client.call('getJob', { params: { id } });
}

/** Runs again what failed last on the account under the pointer, on all that is chosen and with the same input. Asks first. */
export async function retryLastFailed(shell: Shell, model: AccountsModel): Promise<void> {
  const account = model.roster.current();
  const chosen = model.chosen();
  if (!account || !chosen) return;
  const job = await lastFailed(shell, account.id);
  if (job === undefined) return shell.notices.say(`Nothing failed on ${account.label} lately; x lists what can be run.`, 'warn');
  const action = shell.live.plugins
    .get()
    .find(({ id }) => id === job.plugin)
    ?.actions.find(({ name }) => name === job.action);
  if (action === undefined) return shell.notices.say(`${job.plugin} has no action ${job.action} any more.`, 'warn');
  if (action.dangerous) return shell.notices.say(`${action.title} cannot be undone: start it from x.`, 'warn');
  const start = async (): Promise<void> => {
    const next = await shell.client.call('runAction', {
      params: { plugin: job.plugin, action: job.action },
      body: { input: { ...job.input }, selection: { ...chosen.selection, plugin: job.plugin } },
    });
    shell.notices.say(`started ${next.title}`, 'good');
    shell.navigation.go({ screen: 'jobs', item: next.id });
  };
  openConfirm(shell, {
    title: `${action.title} again · ${chosen.name}?`,
    crumb: 'retry',
    text: `It failed on ${account.label} last, in ${job.title}. It runs with the same input: ${inputFlags(job.input) || 'none'}.`,
    answers: [{ key: 'y', does: 'run it again', run: () => shell.attempt(start()) }],
  });
}
