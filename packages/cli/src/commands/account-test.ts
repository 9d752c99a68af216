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
  const selection = await resolveIds(client, needed);
  const job = await client.call('runAction', { params: { plugin, action }, body: { selection } });
  await waitForJob(context, client, job.id, { attended: false });
}
