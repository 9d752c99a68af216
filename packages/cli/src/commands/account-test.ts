import type { Client, Selection } from '@muster/api';
import { MusterError } from '@muster/sdk';
import type { Context } from '../context.ts';
import { neededSelection, resolveIds, type SelectionFlags } from '../run/selection.ts';
import { waitForJob } from '../run/wait-for-job.ts';

/** What plugins call the action that tries an account, the first that there is. */
const NAMES = ['check', 'validate'];

/** Runs the plugin's own `check` (or `validate`) over accounts. */
export async function testAccounts(context: Context, plugin: string, flags: SelectionFlags): Promise<void> {
  const needed = neededSelection(flags, plugin);
  const client = await context.client();
  const { actions } = await client.call('getPlugin', { params: { plugin } });
  const action = NAMES.find((wanted) => actions.some(({ name, scope }) => name === wanted && scope === 'account'));
  if (action === undefined) {
    throw new MusterError(
      'NOT_FOUND',
      `The plugin ${plugin} has no action "check" or "validate"; it has: ${actions.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const selection = await withoutThoseAtRest(context, client, await resolveIds(client, needed));
  const job = await client.call('runAction', { params: { plugin, action }, body: { selection } });
  await waitForJob(context, client, job.id, { attended: false });
}

/** Accounts that an operator took out of use are not tried unless they are named: that they cannot be is no fault of theirs. */
async function withoutThoseAtRest(context: Context, client: Client, selection: Selection): Promise<Selection> {
  const { ids, all: _, where = '', plugin = '' } = selection;
  if (ids !== undefined) return selection;
  const count = async (filter: string): Promise<number> =>
    (await client.call('listAccounts', { query: { plugin, where: filter, limit: 1 } })).total;
  const wanted = where.trim() === '' ? '' : `(${where}) `;
  const atRest = await count(`${wanted}state:paused,retired`);
  if (atRest === 0) return selection;
  const rest = `${wanted}!state:paused,retired`;
  if ((await count(rest)) === 0) {
    const message = `No account of ${plugin} can be tested: all ${atRest} are paused or retired. \`muster accounts enable\` makes paused ones ready again.`;
    throw new MusterError('NOTHING_AVAILABLE', message);
  }
  context.out.note(`muster: ${atRest} paused or retired ${atRest === 1 ? 'account is' : 'accounts are'} skipped.`);
  return { plugin, where: rest };
}
