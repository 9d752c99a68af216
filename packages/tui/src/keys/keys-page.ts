import type { Screen } from '../screens/screen.ts';
import { COMMAND_GROUPS, type Command, showKey } from './command.ts';

/** What stands in a table cell as it is. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
const keysOf = ({ keys }: Command): string => keys.map((key) => `\`${key === '`' ? '` ` `' : cell(showKey(key))}\``).join(' ');

function table(commands: readonly Command[]): string[] {
  const rows = COMMAND_GROUPS.flatMap((group) =>
    commands
      .filter((command) => command.group === group)
      .map(
        (command) =>
          `| ${keysOf(command)} | ${cell(command.title)}${command.dangerous ? ' (asks first)' : ''} | ${group} | \`${command.id}\` |`,
      ),
  );
  return ['| keys | what | group | command |', '| --- | --- | --- | --- |', ...rows];
}

/** The keys of all screens as a page of Markdown. */
export function keysPage(screens: readonly Screen[], globals: readonly Command[]): string {
  const lines = [
    '# Keys',
    '',
    'Made from the key map by `node tools/keys-page.ts`; the help screen, the key bar and the palette are made from the same. A key that stands',
    'twice does what fits the moment. `:` finds any command by a part of its name and shows what it is called in a script.',
    '',
    '## Everywhere',
    '',
    ...table(globals),
    ...screens
      .filter(({ commands }) => commands.length > 0)
      .flatMap((screen) => ['', `## ${screen.id[0]?.toUpperCase()}${screen.id.slice(1)}`, ''].concat(table(screen.commands))),
    '',
  ];
  return lines.join('\n');
}
