import { Command, CommanderError } from 'commander';
import type { GlobalOptions } from './context.ts';
import { createContext, type Surroundings } from './create-context.ts';
import { EXIT } from './exit-codes.ts';
import { withGlobalOptions } from './global-options.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { QUIET_HELP } from './print/harmless.ts';

/** Global options and the command's name, wherever they stand on the line. */
function look(argv: readonly string[]): { readonly options: GlobalOptions; readonly name: string | undefined } {
  const command = withGlobalOptions(new Command()).exitOverride().configureOutput(QUIET_HELP);
  try {
    const { operands } = command.parseOptions([...argv]);
    return { options: command.opts<GlobalOptions>(), name: operands[0] };
  } catch {
    // A global option without its value: the real parse says so, in the form that was asked for.
    return { options: { json: argv.includes('--json') }, name: undefined };
  }
}

const isAsked = (thrown: unknown): boolean => thrown instanceof CommanderError && thrown.exitCode === 0;

/** Help that commander prints because a sub-command is missing: wrong use, told already. */
const isHelp = (thrown: unknown): boolean => thrown instanceof CommanderError && thrown.code === 'commander.help';

/** Runs one command and answers with the exit code. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { options, name } = look(argv);
  const context = createContext(options, surroundings);
  try {
    const program = await createProgram(context, name ?? '');
    await program.parseAsync([...argv], { from: 'user' });
    return context.exitCode;
  } catch (thrown) {
    if (isAsked(thrown)) return EXIT.done;
    if (isHelp(thrown)) return EXIT.usage;
    if (context.signal.aborted) {
      context.out.warn('muster: interrupted; what was done stands.');
      return EXIT.interrupted;
    }
    return reportError(thrown, context.out, surroundings.env['MUSTER_DEBUG'] === '1');
  } finally {
    await context.close();
  }
}
