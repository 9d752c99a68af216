import { COMMANDS } from './commands.ts';

const OPTIONS = [
  '--data <dir>  --json  --quiet  --no-color  --standalone  --host <url>',
  '--token-file <file>  --screen <name>  -V, --version  -h, --help',
];
const EXITS = 'Exit: 0 done, 1 failed, 2 wrong use, 3 tasks failed, 4 none free, 5 unanswered';

/** The help of the program as a whole: every command, by its group, on a terminal of 80 columns and 24 rows. */
export function programHelp(): string {
  const groups = Map.groupBy(COMMANDS, ({ group }) => group);
  const name = Math.max(...COMMANDS.map((entry) => entry.name.length));
  const group = Math.max(...Array.from(groups.keys(), (title) => title.length));
  const commands = [...groups].flatMap(([title, entries]) =>
    entries.map((entry, at) => `  ${(at === 0 ? title : '').padEnd(group)}  ${entry.name.padEnd(name)}  ${entry.summary}`),
  );
  return [
    'Usage: muster [command] [options]     without a command: the screen',
    ...commands,
    '',
    `Options  ${OPTIONS[0]}`,
    `         ${OPTIONS[1]}`,
    EXITS,
    'muster <command> --help says more, of these options too.',
    '',
  ].join('\n');
}
