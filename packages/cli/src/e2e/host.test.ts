import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHome } from './home.ts';

test('many commands at once start one host between them', async () => {
  await using home = await createHome();
  const answers = await Promise.all(Array.from({ length: 4 }, () => home.json('plugin', 'list')));
  expect(answers.map(({ code, stderr }) => [code, stderr])).toEqual(Array.from({ length: 4 }, () => [0, '']));
  const { value } = await home.json('status');
  expect(value.pid).toBe(await home.hostPid());
});

test('what the host keeps is for its owner only', async () => {
  await using home = await createHome();
  await home.run(['accounts', 'list']);
  expect((await stat(home.data)).mode & 0o077).toBe(0);
  for (const name of ['host.json', 'host.out']) expect((await stat(join(home.data, name))).mode & 0o077).toBe(0);
});

test('a host that cannot start says why through the command that wanted it', async () => {
  await using home = await createHome();
  await mkdir(home.data, { mode: 0o700 });
  await writeFile(join(home.data, 'config.json'), '{ not json');
  const { code, stderr } = await home.run(['accounts', 'list']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^muster: .*config\.json/);
});

test('a data directory in the place of a file is told in one line', async () => {
  await using home = await createHome();
  await writeFile(join(home.folder, 'file'), '');
  const { code, stderr } = await home.run(['accounts', 'list', '--data', 'file/inside']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^muster: The data directory .*file\/inside cannot be written to/)]);
});

test('a host killed in the middle of a job goes on with it at the next start', async () => {
  await using home = await createHome();
  const lines = Array.from({ length: 300 }, (_, at) => `ptc,heron${at},Reed${at}lake`);
  await writeFile(join(home.folder, 'accounts.csv'), `${lines.join('\n')}\n`);
  await home.run(['import', 'pokepool', 'accounts.csv', '--level', '30']);
  const { value } = await home.json('run', 'pokepool.allocate', '--count', '200', '--accountcsv', 'out.csv', '--no-wait');
  process.kill(await home.hostPid(), 'SIGKILL');
  // The first command after it starts the next host.
  const after = await home.json('jobs', 'watch', value.job.id);
  expect(after.value.job).toMatchObject({ id: value.job.id, state: 'done' });
  expect(after.value.job.output).toMatchObject({ got: 200 });
  const written = (await readFile(join(home.folder, 'out.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  expect(new Set(written).size).toBe(200);
  expect((await home.json('accounts', 'list', '--limit', '1')).value.total).toBe(300);
});

test('--standalone needs no host and leaves none behind', async () => {
  await using home = await createHome();
  const { code, value } = await home.json('accounts', 'list', '--standalone');
  expect([code, value]).toEqual([0, { total: 0, accounts: [] }]);
  expect((await home.json('status')).value.running).toBe(false);
});

test('a second host on the same directory is refused with the way to the first', async () => {
  await using home = await createHome();
  await home.run(['serve', '--detach']);
  const { code, value } = await home.json('serve');
  expect([code, value.error.code]).toEqual([1, 'HOST_RUNS']);
});

test('over TCP a token is needed, and does what its scopes say', async () => {
  await using home = await createHome();
  const serve = home.start(['serve', '--tcp', '127.0.0.1:0']);
  await serve.says('serves');
  const { value: status } = await home.json('status');
  const host = ['--host', `http://${status.tcp}`];
  expect((await home.json('accounts', 'list', ...host)).value.error.message).toContain('--token-file');
  const { stdout: token } = await home.run(['token', 'create', 'reader', '--quiet']);
  const file = join(home.folder, 'token');
  await writeFile(file, token);
  await chmod(file, 0o644);
  expect((await home.json('accounts', 'list', ...host, '--token-file', file)).value.error.message).toContain('chmod 600');
  await chmod(file, 0o600);
  expect(await home.json('accounts', 'list', ...host, '--token-file', file)).toMatchObject({ code: 0, value: { total: 0 } });
  expect((await home.json('token', 'list', ...host, '--token-file', file)).value.error.code).toBe('FORBIDDEN');
  await home.run(['token', 'revoke', 'reader']);
  expect((await home.json('accounts', 'list', ...host, '--token-file', file)).value.error.code).toBe('UNAUTHORIZED');
  serve.child.kill('SIGTERM');
  expect((await serve.ended).code).toBe(0);
});

test('doctor looks at everything and starts nothing', async () => {
  await using home = await createHome();
  const before = await home.json('doctor');
  expect(before.value.findings.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['node', 'data', 'disk', 'key', 'host']),
  );
  expect((await home.json('status')).value.running).toBe(false);
});

test('a plugin that was just made passes its tests, is loaded, and is simulated', async () => {
  await using home = await createHome();
  expect((await home.run(['plugin', 'new', 'acme-mail', '--into', '/proc/muster'])).code).toBe(1);
  const { value: made } = await home.json('plugin', 'new', 'acme-mail');
  const tested = await home.run(['plugin', 'test', made.path]);
  expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining('passed')]);
  const { value } = await home.json('plugin', 'list');
  expect(value.plugins).toContainEqual(expect.objectContaining({ id: 'acme-mail', state: 'loaded', source: 'data' }));
  const sim = home.start(['sim', 'acme-mail']);
  await sim.says('is simulated at');
  sim.child.kill('SIGINT');
  expect((await sim.ended).code).toBe(0);
});
