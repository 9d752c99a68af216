import { Command } from 'commander';
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

/** The whole program, or only the command that is called. */
export async function createProgram(context: Context, only?: string): Promise<Command> {
  const program = outline();
  const wanted = COMMANDS.find(({ name }) => name === only);
  for (const entry of COMMANDS) {
    if (only === undefined || entry === wanted) {
      const { register } = await entry.load();
      register(program, context);
      program.commands.at(-1)?.summary(entry.summary).helpGroup(`${entry.group}:`);
    } else stub(program, entry);
  }
  return program;
}
