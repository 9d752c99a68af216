import type { CallResult } from '@muster/api';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

export interface SettingsView {
  readonly vault: CallResult<'vaultStatus'> | null;
  /** Null where this client may not see them. */
  readonly tokens: CallResult<'listTokens'> | null;
  readonly check: CallResult<'checkStore'> | 'running' | null;
  readonly cursor: number;
}

export interface SettingsModel {
  readonly view: Store<SettingsView>;
  readonly load: () => void;
  readonly check: () => Promise<void>;
  readonly move: (rows: number) => void;
  readonly token: () => CallResult<'listTokens'>[number] | undefined;
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
  return {
    view,
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
    move(rows) {
      const last = Math.max(0, (view.get().tokens?.length ?? 0) - 1);
      set({ cursor: Math.max(0, Math.min(last, view.get().cursor + rows)) });
    },
    token: () => view.get().tokens?.[view.get().cursor],
  };
}
