import { Command, CommanderError } from 'commander';
import { COMMANDS, type CommandEntry } from './commands.ts';
import type { Context } from './context.ts';
import { version } from './version.ts';

/** The global options, which may stand anywhere on the line. */
export function withGlobalOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory (else $MUSTER_HOME, else data/ of the checkout, else the XDG state folder)')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .option('--quiet', 'no messages but errors')
    .option('--no-color', 'no colour')
    .option('--standalone', 'no host: do it in this process')
    .option('--host <url>', 'a host over TCP, as http://127.0.0.1:PORT')
    .option('--token-file <file>', 'bearer token for --host');
}

/** The program with its names only: enough for its help, for wrong names, and to find what to load. */
export function outline(): Command {
  const program = withGlobalOptions(new Command('muster'))
    .description('Every account you operate, in one encrypted roster. Without a command: the screen.')
    .version(version(), '-V, --version')
    .option('--screen <name>', 'open the screen there: home, accounts, jobs, …')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nmuster <command> --help says more. What it ends with: 0 done, 1 failed, 2 wrong use, 3 tasks failed, 4 nothing available, 5 a question waits, 130 interrupted.',
    )
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  return program;
}

const stub = (program: Command, { name, summary, group }: CommandEntry): void => {
  program.command(name).summary(summary).helpGroup(`${group}:`).allowUnknownOption().allowExcessArguments();
};

/** The name of the command on the line, and whether help was asked for; global options and their values are skipped. */
export function commandName(argv: readonly string[]): string | undefined {
  const withValue = new Set(['--data', '--host', '--token-file', '--screen']);
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (withValue.has(word)) at++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

/** The whole program, or only the command that is called. */
export async function createProgram(context: Context, only?: string): Promise<Command> {
  const program = outline();
  const wanted = COMMANDS.find(({ name }) => name === only);
  for (const entry of COMMANDS) {
    if (only === undefined || entry === wanted) {
      const { register } = await entry.load();
      // A module may hold several commands: take the one that is meant.
      const holder = new Command();
      register(holder, context);
      const command = holder.commands.find((one) => one.name() === entry.name);
      if (command === undefined) throw new Error(`no module registers "${entry.name}"`);
      program.addCommand(inherit(command, program).summary(entry.summary).helpGroup(`${entry.group}:`));
    } else stub(program, entry);
  }
  if (only !== undefined && wanted === undefined) program.action(() => unknownCommand(program, only));
  return program;
}

/** Errors are thrown, not printed, at every level. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const child of command.commands) inherit(child, command);
  return command;
}

function unknownCommand(program: Command, name: string): never {
  program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand', exitCode: 2 });
  throw new CommanderError(2, 'commander.unknownCommand', name);
}
