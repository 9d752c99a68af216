import { Command } from 'commander';
import { COMMANDS, type CommandEntry } from './commands.ts';
import type { Context } from './context.ts';
import { withGlobalOptions } from './global-options.ts';
import { programHelp } from './help.ts';
import { version } from './own-package.ts';
import { QUIET_HELP } from './print/harmless.ts';

/** The program with its names only: enough for its help, for wrong names, and to find what to load. */
function outline(): Command {
  const program = withGlobalOptions(new Command('muster'))
    .description('Every account you operate, in one encrypted roster. Without a command: the screen.')
    .version(version(), '-V, --version')
    .option('--screen <name>', 'open the screen there: home, accounts, jobs, …')
    .option('--screen-reader', 'open the screen as plain lines, for readers of screens')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput(QUIET_HELP);
  program.helpInformation = programHelp;
  return program;
}

const stub = (program: Command, { name, summary }: CommandEntry): void => {
  program.command(name).summary(summary).allowUnknownOption().allowExcessArguments();
};

/** The program with the command that is called; of the others, their names. */
export async function createProgram(context: Context, only: string): Promise<Command> {
  const program = outline();
  const wanted = COMMANDS.find(({ name }) => name === only);
  for (const entry of COMMANDS) {
    if (entry === wanted || wanted?.needsAll) {
      const { register } = await entry.load();
      register(program, context);
      program.commands.at(-1)?.summary(entry.summary);
    } else stub(program, entry);
  }
  return program;
}
