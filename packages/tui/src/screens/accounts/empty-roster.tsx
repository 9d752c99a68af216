import { Panel, type Spans, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { useStore } from '../../parts/use-store.ts';

const way = (key: string, what: string, how: string): Spans[] => [
  [
    { text: `${key}   `, tone: 'accent', bold: true },
    { text: what, bold: true },
  ],
  [{ text: `    ${how}`, tone: 'faint' }],
  [],
];

const LINES: readonly Spans[] = [
  [{ text: '       ○      ○      ○', tone: 'accent' }],
  [{ text: '       └──────┼──────┘', tone: 'accent' }],
  [{ text: '              ▾', tone: 'accent' }],
  [],
  [{ text: 'No accounts yet. Three ways to begin:', bold: true }],
  [],
  ...way('n', 'add one by hand', 'a short form; secrets go to the sealed store'),
  ...way('I', 'import a file', 'in any format the provider reads; shows a preview first'),
  ...way('d', 'try the demo', '40 made-up accounts on a simulator; nothing leaves this machine'),
  [{ text: 'Only add accounts that are yours, or that a client asked you to run.', tone: 'faint' }],
  [],
  [{ text: 'headless:  ', tone: 'faint' }, 'muster import <provider> <file> --dry-run'],
];
const BLOCK = 68;

/** The first thing a new user sees. */
export function EmptyRoster({ shell, width, height }: Area & { shell: Shell }): ReactNode {
  const lost = useStore(shell.live.link).kind === 'lost';
  const inside = height - 2;
  const above = Math.max(0, Math.floor((inside - LINES.length) / 2));
  const left = ' '.repeat(Math.max(1, Math.floor((width - 2 - BLOCK) / 2)));
  const lines: Spans[] = [
    ...Array.from({ length: above }, () => []),
    ...LINES.map((spans) => [left as Spans[number]].concat(spans)),
  ];
  return (
    <Panel title="Accounts" aside={lost ? 'not known: the host is lost' : 'none yet'} focused width={width} height={height}>
      <Lines lines={lines.slice(0, inside)} width={width - 2} />
    </Panel>
  );
}
