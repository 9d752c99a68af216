import { COMMANDS, type CommandEntry } from './commands.ts';

type Group = CommandEntry['group'];

/** Groups below each other, in two columns: on a terminal of 80 columns and 24 rows. */
const COLUMNS: readonly (readonly Group[])[] = [
  ['Host', 'Accounts', 'Administration'],
  ['Work', 'Plugins'],
];
const COLUMN = 40;
const OPTIONS = [
  '--data <dir>  --json  --quiet  --no-color  --standalone  --host <url>',
  '--token-file <file>  --screen <name>  -V, --version  -h, --help',
];
const EXITS = 'Exit: 0 done, 1 failed, 2 wrong use, 3 tasks failed, 4 none free, 5 unanswered';

/** The help of the program as a whole: every command, by its group. */
export function programHelp(): string {
  const name = Math.max(...COMMANDS.map((entry) => entry.name.length));
  const [left = [], right = []] = COLUMNS.map((groups) =>
    groups.flatMap((group) => [
      group,
      ...COMMANDS.filter((entry) => entry.group === group).map((entry) => `  ${entry.name.padEnd(name)}  ${entry.summary}`),
    ]),
  );
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    `${(left[at] ?? '').padEnd(COLUMN)} ${right[at] ?? ''}`.trimEnd(),
  );
  return [
    'Usage: muster [command] [options]     without a command: the screen',
    ...rows,
    '',
    `Options  ${OPTIONS[0]}`,
    `         ${OPTIONS[1]}`,
    EXITS,
    'muster <command> --help says more, of these options too.',
    '',
  ].join('\n');
}
