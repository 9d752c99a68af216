import { toMusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';

/** Starts what a plugin wants done with accounts that were just added, as far as they begin as ready. What goes wrong is told of, and undoes nothing. */
export async function afterAdding(
  { plugins, jobs, events }: Pick<HostCore, 'plugins' | 'jobs' | 'events'>,
  added: { readonly plugin: string; readonly ids: readonly string[]; readonly actor: string },
): Promise<void> {
  const { plugin, ids, actor } = added;
  const { onAdded } = plugins.get(plugin);
  if (!onAdded || ids.length === 0) return;
  try {
    if (onAdded.when && !onAdded.when(plugins.config(plugin) as never)) return;
    await jobs.start({ plugin, action: onAdded.action, input: {}, actor, selection: { plugin, ids, where: 'state:ready' } });
  } catch (thrown) {
    const message = `${onAdded.action} could not be started over what was added: ${toMusterError(thrown).message}`;
    await events.record({ level: 'warn', type: 'accounts.not-followed', message, plugin });
  }
}
