import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { createHome, type Home } from './home.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => home[Symbol.asyncDispose]());

describe('wrong use ends with 2, says what is near, and starts no host', () => {
  test.each([
    ['accounst list', /unknown command 'accounst'\. Did you mean accounts\?/],
    ['accounts lits', /unknown command 'lits'\. Did you mean list\?/],
    ['accounts list --limti 3', /unknown option '--limti'\. Did you mean --limit\?/],
    ['accounts list --limit many', /It takes a whole number/],
    ['accounts show', /missing required argument 'account'/],
    ['--data', /argument missing/],
    ['--frobnicate', /unknown option '--frobnicate'/],
    ['serve --tcp 0.0.0.0:80', /127\.0\.0\.1:PORT/],
    ['import pokepool a.csv --host http://example.test --token-file x', /in the clear/],
  ])('%s', async (line, expected) => {
    const { code, stdout, stderr } = await home.run(line.split(' '));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(expected);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('no data directory was made', async () => {
    expect(await readdir(home.folder)).toEqual([]);
  });
});

test('a command without its sub-command shows the help on stderr', async () => {
  const { code, stdout, stderr } = await home.run(['accounts']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('muster accounts');
});

test('with --json an error is the one document of stdout', async () => {
  const { code, value, stderr } = await home.json('accounts', 'lits');
  expect(code).toBe(2);
  expect(value).toEqual({ error: { code: 'BAD_REQUEST', message: expect.stringContaining('lits') } });
  expect(stderr).toMatch(/^muster: unknown command/);
});

test('the screen is refused where there is no terminal', async () => {
  expect(await home.run([])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('the screen needs a terminal'),
  });
});

test('help names every command on one small screen, and a command has its own', async () => {
  const { code, stdout } = await home.run(['--help']);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeLessThan(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(` ${name} +${summary}`));
  // Two of them for all: each takes a process.
  for (const name of ['accounts', 'vault']) {
    const help = await home.run([name, '--help']);
    expect([name, help.code]).toEqual([name, 0]);
    expect(help.stdout).toContain(`Usage: muster ${name}`);
    expect(help.stdout).toContain('--standalone');
  }
});

test('completion scripts are good bash, and hold every command', async () => {
  const { stdout } = await home.run(['completion', 'bash']);
  const file = join(home.folder, 'completion.bash');
  await writeFile(file, stdout);
  execFileSync('bash', ['-n', file]);
  for (const name of ['accounts', 'import', 'jobs', 'vault']) expect(stdout).toContain(name);
  for (const shell of ['zsh', 'fish']) expect((await home.run(['completion', shell])).stdout).toContain('accounts list');
});

test('a reader that goes away early ends the command quietly', async () => {
  const running = home.start(['completion', 'fish']);
  running.child.stdout.destroy();
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
});
