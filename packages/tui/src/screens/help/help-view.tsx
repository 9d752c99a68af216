import { caretSpans, clamp, fitSpans, Lines, Panel, type Spans, type TextEdit, useTheme, windowTop } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { COMMAND_GROUPS, type Command, keyWriter } from '../../keys/command.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';

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

type WriteKey = (name: string) => string;

const lineOf = ({ keys, title, dangerous }: Command, writeKey: WriteKey): Spans => [
  { text: `  ${keys.map(writeKey).join(' ').padEnd(KEYS)}`, tone: 'accent' },
  title,
  { text: dangerous ? '  asks first' : '', tone: 'warn' },
];

/** The keys of a screen, by group. A key that stands for two commands is shown with both. */
function groupLines(commands: readonly Command[], writeKey: WriteKey): Spans[] {
  return COMMAND_GROUPS.flatMap((group): Spans[] => {
    const own = commands.filter((command) => command.group === group);
    if (own.length === 0) return [];
    const heading: Spans = [{ text: ` ${group}`, bold: true }];
    return [heading].concat(
      own.map((command) => lineOf(command, writeKey)),
      [[]],
    );
  });
}

/** All keys in columns, and below them how to filter. */
function allLines(commands: readonly Command[], inside: number, writeKey: WriteKey): readonly Spans[] {
  const columns = Math.max(1, Math.floor(inside / COLUMN));
  const lines = groupLines(commands, writeKey);
  const rows = Math.ceil(lines.length / columns);
  const columnWidth = Math.floor(inside / columns);
  const table = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => fitSpans(lines[column * rows + row] ?? [], columnWidth)).flat(),
  );
  return [...table, [], ...FILTER_HELP];
}

export interface HelpState {
  /** The first line in view, while nothing is searched. */
  readonly top: number;
  readonly search: TextEdit | null;
  /** Among what was found. */
  readonly cursor: number;
}

interface HelpProps extends Area {
  readonly state: Store<HelpState>;
  readonly commands: () => readonly Command[];
  readonly found: () => readonly Command[];
  readonly about: () => string;
}

/** The keys that work on a screen; those found, while they are searched. */
export function HelpView({ state, commands, found, about, width, height }: HelpProps): ReactNode {
  const { top, search, cursor } = useStore(state);
  const writeKey = keyWriter(useTheme());
  const inside = width - 2;
  const room = height - 2;
  const title = `Keys · ${about()}`;
  if (search !== null) {
    const rows = room - 2;
    const results = found();
    const from = windowTop({ cursor, top: 0, height: rows, total: results.length });
    const lines = results.slice(from, from + rows).map((command, row): Spans => {
      const pointer: Spans = [{ text: from + row === cursor ? ' ❯' : '  ', tone: 'accent', bold: true }];
      return pointer.concat(lineOf(command, writeKey));
    });
    const nothing: Spans = [{ text: '  no key does that here; : searches by other names too', tone: 'faint' }];
    const field: Spans = [
      { text: ' / ', tone: 'accent', bold: true },
      ...caretSpans(search, { focused: true, width: inside - 5 }),
    ];
    return (
      <Panel title={title} aside={`${results.length} of ${commands().length}`} focused width={width} height={height}>
        <Lines lines={[field, [], ...(lines.length === 0 ? [nothing] : lines)]} width={inside} height={room} />
      </Panel>
    );
  }
  const all = allLines(commands(), inside, writeKey);
  const start = clamp(top, 0, Math.max(0, all.length - room));
  const aside = all.length > room ? 'j k scrolls · / searches' : 'made from the key map';
  return (
    <Panel title={title} aside={aside} focused width={width} height={height}>
      <Lines lines={all.slice(start)} width={inside} height={room} />
    </Panel>
  );
}
