import type { CallResult } from '@muster/api';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { DEFAULT_LOOK, type Look, LOOK_CHOICES, LOOK_NAMES, type LookName } from '../../state/look.ts';
import { createStore, type Store } from '../../state/store.ts';

export interface SettingsView {
  readonly vault: CallResult<'vaultStatus'> | null;
  /** Null where this client may not see them. */
  readonly tokens: CallResult<'listTokens'> | null;
  readonly check: CallResult<'checkStore'> | 'running' | null;
  readonly cursor: number;
}

/** What the pointer can be on: the choices of the look, then the tokens. */
export type SettingsItem =
  | { readonly kind: 'look'; readonly name: LookName }
  | { readonly kind: 'token'; readonly token: CallResult<'listTokens'>[number] };

export interface SettingsModel {
  readonly view: Store<SettingsView>;
  readonly load: () => void;
  readonly check: () => Promise<void>;
  readonly moveTo: (index: number) => void;
  readonly items: () => readonly SettingsItem[];
  readonly item: () => SettingsItem | undefined;
  /** The next choice of the item under the pointer, the previous one, or its default. */
  readonly choose: (which: 'next' | 'previous' | 'default') => void;
}

/** The choice that comes `step` after the one now, round and round. */
function turned<Name extends LookName>(look: Look, name: Name, step: number): Pick<Look, Name> {
  const choices = LOOK_CHOICES[name];
  const next = (choices.indexOf(look[name]) + step + choices.length) % choices.length;
  return { [name]: choices[next] } as Pick<Look, Name>;
}

export function createSettingsModel(shell: Shell): SettingsModel {
  const view = createStore<SettingsView>({ vault: null, tokens: null, check: null, cursor: 0 });
  const set = (change: Partial<SettingsView>): void => view.update((state) => ({ ...state, ...change }));
  const ask = async <T>(question: Promise<T>, use: (answer: T) => void): Promise<void> => {
    try {
      use(await question);
    } catch (thrown) {
      if (!isHostGone(thrown)) shell.notices.problem(thrown);
    }
  };
  const items = (): readonly SettingsItem[] => [
    ...LOOK_NAMES.map((name) => ({ kind: 'look', name }) as const),
    ...(view.get().tokens ?? []).map((token) => ({ kind: 'token', token }) as const),
  ];
  const item = (): SettingsItem | undefined => items()[view.get().cursor];
  return {
    view,
    items,
    item,
    load() {
      void ask(shell.client.call('vaultStatus'), (vault) => set({ vault }));
      void ask(shell.client.call('listTokens'), (tokens) => set({ tokens }));
    },
    async check() {
      set({ check: 'running' });
      try {
        set({ check: await shell.client.call('checkStore') });
      } catch (thrown) {
        set({ check: null });
        throw thrown;
      }
    },
    moveTo: (index) => set({ cursor: Math.max(0, Math.min(items().length - 1, index)) }),
    choose(which) {
      const chosen = item();
      if (chosen?.kind !== 'look') return;
      const { name } = chosen;
      shell.look.update((look) => ({
        ...look,
        ...(which === 'default' ? { [name]: DEFAULT_LOOK[name] } : turned(look, name, which === 'next' ? 1 : -1)),
      }));
    },
  };
}
