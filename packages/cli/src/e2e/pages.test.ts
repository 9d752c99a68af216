import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';
import { addPages } from './pages-plugin.ts';

const CANARY = 'CaNaRy-setting';

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await mkdir(home.data, { mode: 0o700 });
  await addPages(home.data);
});
afterAll(() => home[Symbol.asyncDispose]());

test('a secret setting comes from stdin, is shown masked, and is refused on the command line', async () => {
  const refused = await home.run(['plugin', 'config', 'pages', `key=${CANARY}`]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--secrets-stdin')]);
  const asked = await home.run(['plugin', 'config', 'pages', '--secret', 'key']);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--secrets-stdin')]);
  expect((await home.run(['plugin', 'config', 'pages', '--secret', 'size'])).stderr).toContain('is no secret setting');
  const set = await home.run(['plugin', 'config', 'pages', 'size=2', '--secrets-stdin'], CANARY);
  expect([set.code, set.stdout]).toEqual([0, 'key="‹secret›"\nsize=2\n']);
  expect((await home.json('plugin', 'config', 'pages')).value.settings).toEqual({ key: '‹secret›', size: 2 });
  expect((await home.run(['view', 'pages.figures'])).stdout).toContain(`${CANARY.length} letters`);
  expect((await home.run(['plugin', 'config', 'pages', 'key=null'])).stdout).toBe('size=2\n');
});

test('pages of plugins are listed and printed, with parameters, for people and for programs', async () => {
  const list = await home.run(['view']);
  expect(list.stdout).toContain('pages.figures\tplugin\tFigures');
  const figures = await home.run(['view', 'pages.figures']);
  expect(figures.stdout).toBe(
    ['Settings', 'key     none', 'served  12,345', '', 'ash\t7', 'misty\t', '', 'ready  3 of 4', '', '1 2 3', ''].join('\n'),
  );
  await home.run(['accounts', 'add', 'pages', 'name=ash']);
  const day = await home.run(['view', 'pages.day', 'ash', '--param', 'to=misty']);
  expect(day.stdout).toMatch(/^Said\n.*  ash  hello misty/);
  expect(day.stdout).not.toContain('\u001b');
  const { value } = await home.json('view', 'pages.day', 'ash');
  expect(value.sections[0].lines[0].text).toContain('hello all');
  const watching = home.start(['view', 'pages.figures', '--watch', '--json']);
  await watching.says('12345');
  watching.child.kill('SIGINT');
  expect((await watching.ended).stdout.trim().split('\n').length).toBeGreaterThanOrEqual(1);
});

test.each<[string[], number, RegExp]>([
  [['pages'], 2, /named like plugin\.view/],
  [['pages.figurs'], 1, /it has: figures, day/],
  [['nothing.figures'], 1, /no plugin "nothing"/],
  [['pages.day'], 2, /is about one; name it/],
  [['pages.day', 'nobody'], 1, /no account "nobody"/],
  [['pages.figures', 'ash'], 2, /name none/],
  [['pages.figures', '--param', 'x'], 2, /name=value/],
  [['pages.figures', '--param', 'account=ash'], 2, /behind the view/],
])('view %j is refused', async (args, code, message) => {
  const ended = await home.run(['view', ...args]);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message)]);
});

test('a job shows what its tasks kept', async () => {
  await home.run(['accounts', 'add', 'pages', 'name=brock']);
  const run = await home.json('run', 'pages.look', '--account', 'brock');
  expect(run.code).not.toBe(0);
  const { value } = await home.json('jobs', 'list');
  const { id } = value.jobs[0];
  const shown = await home.json('jobs', 'show', id);
  const [file] = shown.value.tasks[0].evidence;
  expect(await readFile(file.path, 'utf8')).toBe('<p>closed</p>');
  expect((await home.run(['jobs', 'show', id])).stdout).toContain(`kept  ${file.path}  13 bytes`);

  const task = shown.value.tasks[0].id;
  const listed = await home.run(['evidence', id]);
  expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining(`${task}\tpage.html\t13\tbrock\t${file.url}`)]);
  const folder = join(home.data, 'seen');
  const fetched = await home.run(['evidence', id, '--task', 'brock', '--to', folder]);
  expect([fetched.code, fetched.stdout]).toEqual([0, `${join(folder, task, 'page.html')}\n`]);
  expect(await readFile(join(folder, task, 'page.html'), 'utf8')).toBe('<p>closed</p>');
  expect((await stat(join(folder, task, 'page.html'))).mode & 0o777).toBe(0o600);
  const again = await home.run(['evidence', id, '--to', folder]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
  expect((await home.run(['evidence', id, '--to', '/proc/muster'])).stderr).toContain('/proc/muster');
  expect((await home.run(['evidence', id, '--task', 'nobody'])).stderr).toContain('has no task "nobody"');
});
