import type { Account, Client } from '@muster/api';
import { plural } from '../../parts/format.ts';
import type { Undoable } from '../../state/undo.ts';

type SettableState = 'paused' | 'ready' | 'retired';
const NOUNS: Record<SettableState, string> = { paused: 'pausing', ready: 'making ready', retired: 'retiring' };

/** The state to go back to; `undefined` for one that only time or a person may end, which no key gives back. */
function stateBefore({ state }: Account): SettableState | undefined {
  if (state === 'paused' || state === 'retired') return state;
  return state === 'ready' || state === 'busy' ? 'ready' : undefined;
}

/** How to take back a change of state, from what the accounts were before it. `undefined` when nothing of it can be. */
export function undoState(client: Client, before: readonly Account[], state: SettableState): Undoable | undefined {
  const changed = before.filter((account) => account.state !== state);
  const groups = new Map<SettableState, string[]>();
  for (const account of changed) {
    const back = stateBefore(account);
    if (back !== undefined) groups.set(back, [...(groups.get(back) ?? []), account.id]);
  }
  const kept = changed.length - [...groups.values()].reduce((sum, ids) => sum + ids.length, 0);
  if (groups.size === 0) return undefined;
  return {
    title: `${NOUNS[state]} ${plural(changed.length, 'account')}`,
    async run() {
      let total = 0;
      for (const [back, ids] of groups)
        total += (await client.call('setAccountState', { body: { selection: { ids }, state: back } })).done;
      const rest = kept === 0 ? '' : `; ${plural(kept, 'account')} that rested or failed before stay as they are`;
      return `${plural(total, 'account')} as before${rest}`;
    },
  };
}
