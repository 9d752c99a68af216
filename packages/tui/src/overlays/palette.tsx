import {
  caretSpans,
  clamp,
  Dialog,
  edit,
  editOf,
  type Spans,
  spread,
  type TextEdit,
  windowTop,
  Lines,
  useTheme,
} from '@muster/sdk/ui';
import { go } from 'fuzzysort';
import type { ReactNode } from 'react';
import { useStore } from '../parts/use-store.ts';
import { type Command, type CommandGroup, isActive, keyWriter } from '../keys/command.ts';
import type { Shell } from '../shell.ts';
import { itemOf } from '../spoken/spoken.ts';
import type { Area, Overlay } from '../state/overlays.ts';
import { createStore, type Store } from '../state/store.ts';

interface PaletteState {
  readonly query: TextEdit;
  readonly cursor: number;
}

const WIDTH = 84;
const MOST_ROWS = 14;

/** What a palette is opened for, before what hands know by heart. */
const ORDER: readonly CommandGroup[] = ['Act', 'Find', 'See', 'Screens', 'Choose', 'Leave', 'Move'];
const byUse = (a: Command, b: Command): number => ORDER.indexOf(a.group) - ORDER.indexOf(b.group);

/** Commands that fit what was typed, the best first; all of them while nothing is typed. */
function searchCommands(commands: readonly Command[], query: string): readonly Command[] {
  const usable = commands.filter(isActive);
  if (query.trim() === '') return usable.toSorted(byUse);
  const found = go(query, usable, { keys: ['title', 'id', (command) => command.short ?? ''], threshold: 0.2 });
  return found.map((result) => result.obj);
}

interface ViewProps {
  readonly commands: readonly Command[];
  readonly state: Store<PaletteState>;
  readonly area: Area;
}
function PaletteView({ commands, state, area }: ViewProps): ReactNode {
  const { query, cursor } = useStore(state);
  const writeKey = keyWriter(useTheme());
  const found = searchCommands(commands, query.text);
  const width = Math.min(WIDTH, area.width - 2);
  const inside = width - 2;
  const rows = Math.max(3, Math.min(MOST_ROWS, area.height - 8));
  const top = windowTop({ cursor, top: 0, height: rows, total: found.length });
  const chosen = found[cursor];
  const reason = chosen?.disabledReason?.();
  const headless = chosen?.headless?.();
  const items = Array.from({ length: rows }, (_, row): Spans => {
    const command = found[top + row];
    if (!command) return row === 0 ? [{ text: '   nothing is called so here', tone: 'faint' }] : [];
    const at = top + row === cursor;
    const keys = command.keys.slice(0, 2).map(writeKey).join(' ');
    return spread(
      [
        { text: at ? ' ❯ ' : '   ', tone: 'accent', bold: true },
        { text: command.title, bold: at },
        { text: `  ${command.id}`, tone: 'faint' },
      ],
      [{ text: `${keys} `, tone: 'accent' }],
      inside,
    );
  });
  const lines: Spans[] = [
    [{ text: ' : ', tone: 'accent', bold: true }, ...caretSpans(query, { focused: true, width: inside - 4 })],
    [{ text: '─'.repeat(inside), tone: 'faint' }],
    ...items,
    [{ text: '─'.repeat(inside), tone: 'faint' }],
    reason === undefined
      ? [{ text: headless === undefined ? '' : ' same in a script:  ', tone: 'faint' }, headless ?? '']
      : [{ text: ` ${reason}`, tone: 'warn' }],
  ];
  return (
    <Dialog title="Command" aside={`${found.length} of ${commands.length}`} width={width} height={lines.length + 2} area={area}>
      <Lines lines={lines} width={inside} />
    </Dialog>
  );
}

/** Every command by name, with its key and what it is called in a script. */
export function openPalette(shell: Shell, commands: readonly Command[], run: (command: Command) => void): void {
  const state = createStore<PaletteState>({ query: editOf(''), cursor: 0 });
  const move = (rows: number): void => {
    const { query, cursor } = state.get();
    const last = Math.max(0, searchCommands(commands, query.text).length - 1);
    state.set({ query, cursor: clamp(cursor + rows, 0, last) });
  };
  const overlay: Overlay = {
    crumb: 'command',
    guarded: false,
    hints: () => [
      ['↑↓', 'choose'],
      ['enter', 'run'],
      ['esc', 'close'],
    ],
    onKey(key) {
      const { query, cursor } = state.get();
      if (key.name === 'esc') return shell.overlays.close(overlay);
      if (key.name === 'down' || key.name === 'tab') return move(1);
      if (key.name === 'up' || key.name === 'shift-tab') return move(-1);
      if (key.name === 'enter') {
        const command = searchCommands(commands, query.text)[cursor];
        shell.overlays.close(overlay);
        if (command) run(command);
        return;
      }
      const next = edit(query, key);
      if (next) state.set({ query: next, cursor: next.text === query.text ? cursor : 0 });
    },
    spoken() {
      const { query, cursor } = state.get();
      const found = searchCommands(commands, query.text);
      const command = found[cursor];
      return {
        place: 'Command. Type a part of its name, arrows choose, enter runs.',
        item: command ? itemOf(`${command.title}, key ${command.keys[0] ?? ''}`, cursor, found.length) : 'Nothing is called so.',
        typed: { label: 'Command', text: query.text },
      };
    },
    view: (area) => <PaletteView commands={commands} state={state} area={area} />,
  };
  shell.overlays.open(overlay);
}
