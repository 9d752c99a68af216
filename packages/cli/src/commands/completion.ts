import { MusterError } from '@muster/sdk';
import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion/script.ts';
import { wordsOf } from '../completion/words.ts';
import type { Context } from '../context.ts';

export function register(program: Command, context: Context): void {
  program
    .command('completion')
    .description('Prints a completion script: source <(muster completion bash), or put it where your shell looks for them.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => {
      if (context.out.json) throw new MusterError('BAD_REQUEST', 'A completion script is no JSON; leave --json out.');
      context.out.raw(completionScript(shell, wordsOf(program)));
    });
}
