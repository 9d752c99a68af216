import type { AccountState } from '@muster/sdk';
import type { AccountSelection } from '../accounts/accounts.ts';
import { createSelections } from '../accounts/selection.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { DEFAULT_FROM } from './account-lease.ts';
import type { Applicable } from './jobs.ts';

/** Per action of the plugins in a selection: how many accounts can take it now, and why not the others. */
export function createApplicability(deps: { readonly store: Store; readonly plugins: Plugins; readonly clock: Clock }) {
  const selections = createSelections(deps);
  return async (selection: AccountSelection): Promise<readonly Applicable[]> => {
    const tally = await deps.store.tally('accounts', ['plugin', 'state'], selections.filter(selection));
    const states = tally.map(({ key: [plugin, state], count }) => ({ plugin, state: state as AccountState, count }));
    return deps.plugins.loaded().flatMap((plugin) => {
      const chosen = states.filter((each) => each.plugin === plugin.id);
      if (chosen.length === 0) return [];
      return Object.entries(plugin.actions).map(([name, { title, dangerous = false, from = DEFAULT_FROM }]): Applicable => {
        const can = chosen.filter(({ state }) => from.includes(state)).reduce((sum, { count }) => sum + count, 0);
        const cannot = chosen.filter(({ state }) => !from.includes(state)).map(({ state, count }) => ({ reason: state, count }));
        return { plugin: plugin.id, action: name, title, can, cannot, dangerous };
      });
    });
  };
}
