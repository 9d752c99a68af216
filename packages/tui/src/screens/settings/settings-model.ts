import type { CallResult } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
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
  /** Lines scrolled on beyond the last thing that can be chosen, where not everything fits. */
  readonly past: number;
}

/** What the pointer can be on: the choices of the look, then the tokens. */
export type SettingsItem =
  | { readonly kind: 'look'; readonly name: LookName }
  | { readonly kind: 'token'; readonly token: CallResult<'listTokens'>[number] };

export interface SettingsModel {
  readonly view: Store<SettingsView>;
  readonly load: () => void;
  readonly check: () => Promise<void>;
  /** To the last item at first, from there to the end of what can be read. */
  readonly moveTo: (index: number) => void;
  readonly move: (rows: number) => void;
  /** How many lines there are to scroll to. */
  readonly setSpare: (lines: number) => void;
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
  const view = createStore<SettingsView>({ vault: null, tokens: null, check: null, cursor: 0, past: 0 });
  let spare = 0;
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
  const last = (): number => items().length - 1;
  const scrollTo = (index: number): void => set({ cursor: clamp(index, 0, last()), past: clamp(index - last(), 0, spare) });
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
    moveTo: (index) => scrollTo(view.get().cursor < last() ? Math.min(index, last()) : index),
    move: (rows) => scrollTo(view.get().cursor + view.get().past + rows),
    setSpare(lines) {
      spare = lines;
      if (view.get().past > spare) set({ past: spare });
    },
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
