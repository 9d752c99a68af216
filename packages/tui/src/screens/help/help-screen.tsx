import { clamp, edit, editOf } from '@muster/sdk/ui';
import { type Command, isActive, showKey } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { createStore } from '../../state/store.ts';
import type { Key } from '../../terminal/key.ts';
import type { Screen } from '../screen.ts';
import { type HelpState, HelpView } from './help-view.tsx';

/** By what it does, or by its key: all that was typed begins a word. */
function searchKeys(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/);
  return commands.filter(({ keys, title, group }) => {
    const said = ` ${keys.join(' ')} ${title} ${group}`.toLowerCase();
    return words.every((word) => said.includes(` ${word}`));
  });
}

export interface HelpOptions {
  readonly shell: Shell;
  /** The screen one came from, and all that works there. */
  readonly previous: () => { readonly id: string; readonly commands: readonly Command[] };
  readonly run: (command: Command) => void;
}

const SEARCH_HINTS = [
  ['↑↓', 'choose'],
  ['enter', 'run it'],
  ['esc', 'all keys'],
] as const;

export function createHelpScreen({ shell, previous, run }: HelpOptions): Screen {
  const state = createStore<HelpState>({ top: 0, search: null, cursor: 0 });
  const set = (change: Partial<HelpState>): void => state.update((value) => ({ ...value, ...change }));
  const found = (): readonly Command[] => searchKeys(previous().commands, state.get().search?.text ?? '');
  const move = (rows: number): void => state.update((value) => ({ ...value, top: Math.max(0, value.top + rows) }));

  /** Back on the screen that the keys are of. */
  const runChosen = (): void => {
    const command = found()[state.get().cursor];
    if (command === undefined) return;
    shell.navigation.back();
    if (isActive(command)) run(command);
    else shell.notices.say(`${showKey(command.keys[0] ?? '')} does nothing here now: ${command.title}`, 'warn');
  };
  const type = (key: Key): boolean => {
    const { search, cursor } = state.get();
    if (search === null) return false;
    const moved = { down: 1, tab: 1, up: -1, 'shift-tab': -1 }[key.name];
    if (key.name === 'esc') set({ search: null });
    else if (key.name === 'enter') runChosen();
    else if (moved !== undefined) set({ cursor: clamp(cursor + moved, 0, Math.max(0, found().length - 1)) });
    else {
      const next = edit(search, key);
      if (next) set({ search: next, cursor: next.text === search.text ? cursor : 0 });
    }
    return true;
  };
  return {
    id: 'help',
    commands: [
      ...listCommands('help', { move, moveTo: (index) => set({ top: Math.min(index, 200) }), pageRows: () => 10 }),
      {
        id: 'help.search',
        keys: ['/'],
        title: 'search the keys; enter runs what was found',
        short: 'search',
        group: 'Find',
        run: () => set({ search: editOf(''), cursor: 0 }),
      },
    ],
    stores: [state],
    crumbs: () => ['help'],
    status: () => [{ text: ' made from the key map, as are the key bar and the palette', tone: 'faint' }],
    enter: () => state.set({ top: 0, search: null, cursor: 0 }),
    capture: type,
    hints: () => (state.get().search === null ? undefined : SEARCH_HINTS),
    spoken() {
      const { search, cursor } = state.get();
      if (search === null)
        return {
          place: `Keys of ${previous().id}.`,
          item: previous()
            .commands.filter(isActive)
            .map(({ keys, title }) => `${keys[0] ?? ''}: ${title}.`)
            .join('\n'),
        };
      const results = found();
      const command = results[cursor];
      return {
        place: 'Search the keys. Type what it does, arrows choose, enter runs.',
        item: command ? itemOf(`${command.title}, key ${command.keys[0] ?? ''}`, cursor, results.length) : 'No key does that.',
        typed: { label: 'Search', text: search.text },
      };
    },
    view: (area) => (
      <HelpView state={state} commands={() => previous().commands} found={found} about={() => previous().id} {...area} />
    ),
  };
}
