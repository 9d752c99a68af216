import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConsole } from './open-console.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-conflicts-'));
  file = join(folder, 'a.csv');
  await writeFile(file, `${Array.from({ length: 20 }, (_, at) => `new${at},pw`).join('\n')}\nann,other\nbob,other\n`);
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['y', 'keep'],
  ['r', 'replace'],
])('a preview on 80x24 shows conflicts before all else, and %s imports with: %s', async (key, onConflict) => {
  await using console = await openConsole({ screen: 'pool', columns: 80, rows: 24 });
  await console.see('Next out');
  await console.send('I', `${file}\r\r`);
  const screen = await console.see('nothing is changed yet');
  expect(screen).toContain('ann,other  another secret than ours');
  expect(screen).toContain('22 read · 20 added · 2 kept · 0 rejected');
  expect(screen).toMatch(/y keeps ours +r replaces them +esc leaves/);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send(key);
  await console.see('imported a.csv');
  const queries = console.host.calls.filter(({ operation }) => operation === 'importAccounts').map(({ args }) => args.query);
  expect(queries).toMatchObject([{ dryRun: 'true' }, { dryRun: 'false', onConflict }]);
});
