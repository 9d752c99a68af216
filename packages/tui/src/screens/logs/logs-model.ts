import type { MusterEvent } from '@muster/api';
import { clamp, edit, editAll, type TextEdit } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { Key } from '../../terminal/key.ts';

const LEVEL_FILTERS = ['info+', 'warn+', 'error', 'ask', 'audit', 'all'] as const;
export type LevelFilter = (typeof LEVEL_FILTERS)[number];
const LEVELS: Record<LevelFilter, ReadonlySet<MusterEvent['level']>> = {
  'info+': new Set(['info', 'ask', 'warn', 'error', 'audit']),
  'warn+': new Set(['warn', 'error']),
  error: new Set(['error']),
  ask: new Set(['ask']),
  audit: new Set(['audit']),
  all: new Set(['debug', 'info', 'ask', 'warn', 'error', 'audit']),
};

export interface LogsView {
  readonly level: LevelFilter;
  readonly search: string;
  readonly editing: TextEdit | null;
  /** Where the log stood when it was frozen; null while it follows. */
  readonly frozenAt: number | null;
  /** From the newest: 0 is the last line. */
  readonly cursor: number;
  /** Long lines go on below instead of being cut. */
  readonly wrap: boolean;
}

export interface LogsModel {
  readonly view: Store<LogsView>;
  /** What passes level and search, the newest first. */
  readonly lines: () => readonly MusterEvent[];
  readonly current: () => MusterEvent | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly toggleFreeze: () => void;
  readonly cycleLevel: () => void;
  readonly audit: () => void;
  readonly toggleWrap: () => void;
  readonly startSearch: () => void;
  readonly type: (key: Key) => boolean;
  readonly clear: () => boolean;
}

const holds = (event: MusterEvent, search: string): boolean =>
  search === '' ||
  `${event.level} ${event.type} ${event.plugin ?? ''} ${event.actor ?? ''} ${event.message}`.toLowerCase().includes(search);

export function createLogsModel(shell: Shell): LogsModel {
  const view = createStore<LogsView>({ level: 'info+', search: '', editing: null, frozenAt: null, cursor: 0, wrap: false });
  let memo: { events: readonly MusterEvent[]; key: string; lines: readonly MusterEvent[] } | undefined;
  const set = (change: Partial<LogsView>): void => view.update((state) => ({ ...state, ...change }));

  const lines = (): readonly MusterEvent[] => {
    const { level, search, frozenAt } = view.get();
    const events = shell.live.events.get();
    const key = `${level}\n${frozenAt}\n${search}`;
    if (memo?.events === events && memo.key === key) return memo.lines;
    const needle = search.toLowerCase();
    const found = events.filter(
      (event) => (frozenAt === null || event.seq <= frozenAt) && LEVELS[level].has(event.level) && holds(event, needle),
    );
    memo = { events, key, lines: found.toReversed() };
    return memo.lines;
  };
  const freeze = (): void => {
    const last = shell.live.events.get().at(-1);
    if (view.get().frozenAt === null && last) set({ frozenAt: last.seq });
  };
  const moveTo = (index: number): void => {
    // A pointer on a moving log would slide to another line: moving it stops the log.
    if (index > 0) freeze();
    set({ cursor: clamp(index, 0, Math.max(0, lines().length - 1)) });
  };
  const again = (change: Partial<LogsView>): void => set({ ...change, cursor: 0 });

  return {
    view,
    lines,
    current: () => lines()[view.get().cursor],
    move: (rows) => moveTo(view.get().cursor + rows),
    moveTo,
    toggleFreeze() {
      if (view.get().frozenAt === null) freeze();
      else again({ frozenAt: null });
    },
    cycleLevel: () =>
      again({ level: LEVEL_FILTERS[(LEVEL_FILTERS.indexOf(view.get().level) + 1) % LEVEL_FILTERS.length] as LevelFilter }),
    audit: () => again({ level: view.get().level === 'audit' ? 'info+' : 'audit' }),
    toggleWrap: () => set({ wrap: !view.get().wrap }),
    startSearch: () => set({ editing: editAll(view.get().search) }),
    type(key) {
      const { editing } = view.get();
      if (editing === null) return false;
      if (key.name === 'esc') set({ editing: null });
      else if (key.name === 'enter') again({ editing: null, search: editing.text });
      else set({ editing: edit(editing, key) ?? editing });
      return true;
    },
    clear() {
      const { search, level, frozenAt } = view.get();
      if (search === '' && level === 'info+' && frozenAt === null) return false;
      again({ search: '', level: 'info+', frozenAt: null });
      return true;
    },
  };
}
