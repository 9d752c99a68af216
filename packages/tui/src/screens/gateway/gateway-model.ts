import type { RotationInfo } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone, messageOf } from '../../state/message-of.ts';
import { createPoll } from '../../state/poll.ts';
import { createStore, type Store } from '../../state/store.ts';

const EVERY_MS = 1_000;
/** Accounts asked for at once, around the pointer. */
const PAGE = 200;

export type RotationFigure = RotationInfo['figures'][number];

export interface GatewayView {
  /** Null until the host said. */
  readonly rotations: readonly RotationInfo[] | null;
  readonly plugin: string | undefined;
  readonly cursor: number;
  /** Where the accounts that were asked for begin. */
  readonly offset: number;
  /** What the lower panel shows where there is room for one. */
  readonly pane: 'accounts' | 'requests';
  readonly problem: string;
}

export interface GatewayModel {
  readonly view: Store<GatewayView>;
  readonly rotation: () => RotationInfo | undefined;
  readonly row: (index: number) => RotationFigure | undefined;
  readonly current: () => RotationFigure | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly nextRotation: () => void;
  readonly togglePane: () => void;
  readonly refresh: () => void;
  readonly close: () => void;
}

/** Figures of rotations move with each request: they are asked for each second while they are looked at. */
export function createGatewayModel(shell: Shell): GatewayModel {
  const { client, navigation } = shell;
  const view = createStore<GatewayView>({
    rotations: null,
    plugin: undefined,
    cursor: 0,
    offset: 0,
    pane: 'accounts',
    problem: '',
  });
  const rotation = (): RotationInfo | undefined => {
    const { rotations, plugin } = view.get();
    return rotations?.find((one) => one.plugin === plugin) ?? rotations?.[0];
  };
  const poll = createPoll(shell, {
    everyMs: EVERY_MS,
    isShown: () => navigation.place().screen === 'gateway',
    async ask(signal) {
      const offset = Math.max(0, Math.floor(view.get().cursor / PAGE) * PAGE - PAGE / 2);
      const { rotations } = await client.call('listRotations', { query: { offset, limit: 2 * PAGE } }, signal);
      if (signal.aborted) return;
      view.update((before) => {
        const total =
          rotations.find(({ plugin }) => plugin === before.plugin)?.totals.accounts ?? rotations[0]?.totals.accounts ?? 0;
        return { ...before, rotations, offset, problem: '', cursor: clamp(before.cursor, 0, Math.max(0, total - 1)) };
      });
    },
    failed(thrown) {
      if (!isHostGone(thrown)) view.update((before) => ({ ...before, problem: messageOf(thrown) }));
    },
  });
  const moveTo = (index: number): void =>
    view.update((before) => ({ ...before, cursor: clamp(index, 0, Math.max(0, (rotation()?.totals.accounts ?? 0) - 1)) }));
  const row = (index: number): RotationFigure | undefined => rotation()?.figures[index - view.get().offset];

  return {
    view,
    rotation,
    row,
    current: () => row(view.get().cursor),
    move: (rows) => moveTo(view.get().cursor + rows),
    moveTo,
    nextRotation() {
      const ids = view.get().rotations?.map(({ plugin }) => plugin) ?? [];
      const at = ids.indexOf(rotation()?.plugin ?? '');
      view.update((before) => ({ ...before, plugin: ids[(at + 1) % Math.max(1, ids.length)], cursor: 0 }));
      poll.start();
    },
    togglePane: () => view.update((before) => ({ ...before, pane: before.pane === 'accounts' ? 'requests' : 'accounts' })),
    refresh: poll.start,
    close: poll.close,
  };
}
