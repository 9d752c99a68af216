import { MusterError } from '@muster/sdk';
import type { Context } from '../context.ts';
import { neededSelection, resolveIds, type SelectionFlags } from '../run/selection.ts';
import { waitForJob } from '../run/wait-for-job.ts';

/** Runs the plugin's own `check` over accounts. */
export async function testAccounts(context: Context, plugin: string, flags: SelectionFlags): Promise<void> {
  const needed = neededSelection(flags, plugin);
  const client = await context.client();
  const { actions } = await client.call('getPlugin', { params: { plugin } });
  if (!actions.some(({ name, scope }) => name === 'check' && scope === 'account')) {
    throw new MusterError(
      'NOT_FOUND',
      `The plugin ${plugin} has no action "check"; it has: ${actions.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const selection = await resolveIds(client, needed);
  const job = await client.call('runAction', { params: { plugin, action: 'check' }, body: { selection } });
  await waitForJob(context, client, job.id, { attended: false });
}
