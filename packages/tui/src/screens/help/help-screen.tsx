import { clamp, fitSpans, Lines, Panel, type Spans } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { COMMAND_GROUPS, type Command, isActive, showKey } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { Screen } from '../screen.ts';

const COLUMN = 56;
const KEYS = 13;

const FILTER_HELP: readonly Spans[] = [
  [{ text: ' Filter language', bold: true }],
  ['  rabat           text anywhere in the name'],
  ['  state:failed    one field     !tag:vip   not     a or b'],
  ['  used>2d         older than    level>=30  number  /^casa-0/  expression'],
  [],
  [{ text: ' No function keys, no alt, no ctrl-a b s q k: they belong to tmux, screen and your terminal.', tone: 'faint' }],
  [{ text: ' Nothing that cannot be undone is one key away.', tone: 'faint' }],
];

/** The keys of a screen, by group. A key that stands for two commands is shown with both. */
function groupLines(commands: readonly Command[]): Spans[] {
  return COMMAND_GROUPS.flatMap((group): Spans[] => {
    const own = commands.filter((command) => command.group === group);
    if (own.length === 0) return [];
    const lines = own.map((command): Spans => [
      { text: `  ${command.keys.map(showKey).join(' ').padEnd(KEYS)}`, tone: 'accent' },
      command.title,
      { text: command.dangerous ? '  asks first' : '', tone: 'warn' },
    ]);
    const heading: Spans = [{ text: ` ${group}`, bold: true }];
    return [heading].concat(lines, [[]]);
  });
}

interface HelpProps extends Area {
  readonly top: Store<number>;
  readonly commands: () => readonly Command[];
  readonly about: () => string;
}

function HelpView({ top, commands, about, width, height }: HelpProps): ReactNode {
  const from = useStore(top);
  const inside = width - 2;
  const columns = Math.max(1, Math.floor(inside / COLUMN));
  const lines = groupLines(commands());
  const rows = Math.ceil(lines.length / columns);
  const columnWidth = Math.floor(inside / columns);
  const table = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => fitSpans(lines[column * rows + row] ?? [], columnWidth)).flat(),
  );
  const room = height - 2;
  const all: readonly Spans[] = [...table, [], ...FILTER_HELP];
  const start = clamp(from, 0, Math.max(0, all.length - room));
  return (
    <Panel
      title={`Keys · ${about()}`}
      aside={all.length > room ? 'j k scrolls' : 'made from the key map'}
      focused
      width={width}
      height={height}
    >
      <Lines lines={all.slice(start)} width={inside} height={room} />
    </Panel>
  );
}

export interface HelpOptions {
  readonly shell: Shell;
  /** The screen one came from, and all that works there. */
  readonly previous: () => { readonly id: string; readonly commands: readonly Command[] };
}

export function createHelpScreen({ previous }: HelpOptions): Screen {
  const top = createStore(0);
  const move = (rows: number): void => top.update((value) => Math.max(0, value + rows));
  return {
    id: 'help',
    commands: listCommands('help', { move, moveTo: (index) => top.set(Math.min(index, 200)), pageRows: () => 10 }),
    stores: [top],
    crumbs: () => ['help'],
    status: () => [{ text: ' made from the key map, as are the key bar and the palette', tone: 'faint' }],
    enter: () => top.set(0),
    spoken: () => ({
      place: `Keys of ${previous().id}.`,
      item: previous()
        .commands.filter(isActive)
        .map(({ keys, title }) => `${keys[0] ?? ''}: ${title}.`)
        .join('\n'),
    }),
    view: (area) => <HelpView top={top} commands={() => previous().commands} about={() => previous().id} {...area} />,
  };
}
