import { execFileSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { completionScript } from './script.ts';
import { wordsOf } from './words.ts';

function example(): Command {
  const program = new Command('muster').option('--data <dir>', "the owner's folder");
  const jobs = program.command('jobs').description('Follows jobs.');
  jobs.command('list').addOption(new Option('--state <state>', 'in this state').choices(['running', 'done']));
  jobs.command('show').argument('<job>');
  program.command('stop').description('Ends it.');
  return program;
}

/** What bash offers for a line, of which the last word is being typed. */
function complete(...words: string[]): string[] {
  const script = `${completionScript('bash', wordsOf(example()))}
COMP_WORDS=(muster "$@"); COMP_CWORD=$#; _muster; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
}

test('bash completes commands, sub-commands, flags and choices', () => {
  expect(complete('')).toEqual(['jobs', 'stop']);
  expect(complete('j')).toEqual(['jobs']);
  expect(complete('jobs', '')).toEqual(['list', 'show']);
  expect(complete('jobs', 'list', '--st')).toEqual(['--state']);
  expect(complete('jobs', 'list', '--state', 'r')).toEqual(['running']);
  expect(complete('--data', '/x', 'jobs', 's')).toEqual(['show']);
  expect(complete('jobs', 'list', '--d')).toEqual(['--data']);
});

test('no script has a quote of a description in it that would end a word', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = completionScript(shell, wordsOf(example()));
    expect(script).not.toContain("owner's");
  }
});
