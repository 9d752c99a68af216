import type { AccountState } from '@muster/sdk';
import type { AccountSelection } from '../accounts/accounts.ts';
import { createSelections } from '../accounts/selection.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import { DEFAULT_FROM } from './account-lease.ts';
import type { Applicable } from './jobs.ts';
import type { TaskSessions } from './task-sessions.ts';

/** Per action of the plugins in a selection: how many accounts can take it now, and why not the others. */
export function createApplicability(deps: {
  readonly store: Store;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly sessions: Pick<TaskSessions, 'readyIds'>;
}) {
  const selections = createSelections(deps);
  /** How many of a selection have a session that is ready. */
  const withSession = async (plugin: string, selection: AccountSelection): Promise<number> => {
    const ready = deps.sessions.readyIds(plugin);
    if (ready.length === 0) return 0;
    return deps.store.count('accounts', all(selections.filter(selection), eq('plugin', plugin), oneOf('id', ready)));
  };
  /** How many of a selection are in one of these states, with one of these statuses. */
  const withStatus = (
    plugin: string,
    selection: AccountSelection,
    { from, statuses }: { readonly from: readonly AccountState[]; readonly statuses: readonly string[] },
  ): Promise<number> =>
    deps.store.count(
      'accounts',
      all(selections.filter(selection), eq('plugin', plugin), oneOf('state', from), oneOf('status', statuses)),
    );
  return async (selection: AccountSelection): Promise<readonly Applicable[]> => {
    const tally = await deps.store.tally('accounts', ['plugin', 'state'], selections.filter(selection));
    const states = tally.map(({ key: [plugin, state], count }) => ({ plugin, state: state as AccountState, count }));
    const applicable: Applicable[] = [];
    for (const plugin of deps.plugins.loaded()) {
      const chosen = states.filter((each) => each.plugin === plugin.id);
      if (chosen.length === 0) continue;
      const total = chosen.reduce((sum, { count }) => sum + count, 0);
      const actions = Object.entries(plugin.actions);
      const ready = actions.some(([, action]) => action.throughSession) ? await withSession(plugin.id, selection) : 0;
      for (const [name, { title, dangerous = false, from = DEFAULT_FROM, forStatuses, throughSession = false }] of actions) {
        const about = { plugin: plugin.id, action: name, title, dangerous };
        if (throughSession) {
          const cannot = total > ready ? [{ reason: 'no session ready', count: total - ready }] : [];
          applicable.push({ ...about, can: ready, cannot });
          continue;
        }
        const fit = chosen.filter(({ state }) => from.includes(state)).reduce((sum, { count }) => sum + count, 0);
        const cannot: Applicable['cannot'][number][] = chosen
          .filter(({ state }) => !from.includes(state))
          .map(({ state, count }) => ({ reason: state, count }));
        const can =
          forStatuses === undefined
            ? fit
            : Math.min(fit, await withStatus(plugin.id, selection, { from, statuses: forStatuses }));
        if (forStatuses !== undefined && fit > can) cannot.push({ reason: `not ${forStatuses.join(', ')}`, count: fit - can });
        applicable.push({ ...about, can, cannot });
      }
    }
    return applicable;
  };
}
