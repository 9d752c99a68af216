import type { Delivery, Hook } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createPoll } from '../../state/poll.ts';
import { createStore, type Store } from '../../state/store.ts';

/** Deliveries come and go without a word to watchers. */
const EVERY_MS = 2_000;
const MOST_DELIVERIES = 50;

export interface HooksView {
  readonly hooks: readonly Hook[];
  /** Of the hook under the pointer, the newest first. */
  readonly deliveries: readonly Delivery[];
  /** The one under the pointer: it stays there when rows move. */
  readonly id: string | undefined;
  readonly loaded: boolean;
}

export interface HooksModel {
  readonly view: Store<HooksView>;
  readonly cursor: () => number;
  readonly current: () => Hook | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly refresh: () => void;
  readonly close: () => void;
}

/** Who is told of what, while it is looked at. */
export function createHooksModel(shell: Shell): HooksModel {
  const { client, live, navigation, notices } = shell;
  const view = createStore<HooksView>({ hooks: [], deliveries: [], id: undefined, loaded: false });
  const cursor = (): number => {
    const { hooks, id } = view.get();
    return Math.max(
      0,
      hooks.findIndex((hook) => hook.id === id),
    );
  };
  const current = (): Hook | undefined => view.get().hooks[cursor()];

  const poll = createPoll(shell, {
    everyMs: EVERY_MS,
    isShown: () => navigation.place().screen === 'hooks',
    async ask(signal) {
      const hooks = await client.call('listHooks', {}, signal);
      const shown = hooks.find(({ id }) => id === view.get().id) ?? hooks[0];
      const deliveries =
        shown === undefined
          ? []
          : await client.call('listDeliveries', { params: { id: shown.id }, query: { limit: MOST_DELIVERIES } }, signal);
      if (signal.aborted) return;
      const next: HooksView = { hooks, deliveries, id: shown?.id, loaded: true };
      if (JSON.stringify(next) !== JSON.stringify(view.get())) view.set(next);
    },
    failed: (thrown) => (isHostGone(thrown) ? undefined : notices.problem(thrown)),
  });
  const moveTo = (index: number): void => {
    const { hooks, id } = view.get();
    const next = hooks[clamp(index, 0, Math.max(0, hooks.length - 1))]?.id;
    if (next === id) return;
    view.update((before) => ({ ...before, id: next, deliveries: [] }));
    poll.start();
  };
  const stop = live.listVersions.subscribe(poll.start);
  return {
    view,
    cursor,
    current,
    move: (rows) => moveTo(cursor() + rows),
    moveTo,
    refresh: poll.start,
    close() {
      stop();
      poll.close();
    },
  };
}
