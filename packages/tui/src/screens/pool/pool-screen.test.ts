import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { openConsole } from '../../testing/open-console.ts';
import { stockGroups } from './stock-groups.ts';

test('5 shows the stock, who has what, who is next, and a forecast', async () => {
  await using console = await openConsole({ host: createFakeHost({ accounts: 20 }), columns: 140, rows: 40 });
  await console.see('Providers');
  await console.send('5');
  await console.see('Circle of Demo');
  await console.see(/30–31|31 .*█/);
  await console.see(/mapper-1 +7/);
  await console.see(/blind +2/);
  await console.see(/400 ready: 397 too few; import more/);
  await console.see(/❯ +1 +user-00000/);
});

test('f asks for another forecast, x lists the actions, and enter opens who is next', async () => {
  const host = createFakeHost({ accounts: 20 });
  await using console = await openConsole({ screen: 'pool', host, columns: 140, rows: 40 });
  await console.see('user-00001');
  await console.send('f');
  await console.see('When will so many be ready?');
  await console.send('\x15', '7\r', '\r', '\r');
  await console.see('7 ready: 4 too few; import more');
  await console.send('x');
  await console.see('Actions of Demo');
  // A menu that has just opened takes no key yet.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('\x1b');
  await console.miss('Actions of Demo');
  await console.send('j\r');
  await console.see('user-00001');
  await console.see(/❯ accounts ❯/);
});

test('n shows what an allocation would do, at 80x24 too, and does it after a key of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-foretell-'));
  const file = join(folder, 'accounts.csv');
  await writeFile(file, 'x'.repeat(2_000));
  const host = createFakeHost({ accounts: 20 });
  const allocate = {
    name: 'allocate',
    title: 'Allocate',
    description: null,
    scope: 'plugin' as const,
    dangerous: false,
    concurrency: null,
    input: {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        minLevel: { type: 'integer' },
        accountcsv: { type: 'string' },
        check: { type: 'boolean', default: true },
      },
      required: ['count', 'accountcsv'],
    },
  };
  host.plugins = host.plugins.map((plugin) => Object.assign({}, plugin, { actions: [...plugin.actions, allocate] }));
  const runs = (): unknown[] => host.calls.filter(({ operation }) => operation === 'runAction').map(({ args }) => args.body);
  await using console = await openConsole({ screen: 'pool', host, columns: 80, rows: 24 });
  await console.see('user-00000');
  await console.send('n');
  await console.see('Allocate');
  await console.send('7\r', '2\r', `${file}\r`, '\r');
  const screen = await console.see('dry run');
  expect(screen.replace(/[\s│]+/g, ' ')).toContain('Would hand out all 3 that are ready, 4 too few');
  expect(screen.replace(/[\s│]+/g, '')).toContain('isthere,2.0kB,');
  expect(runs()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('\r');
  expect(runs()).toEqual([]);
  await console.send('y');
  await expect.poll(runs, { timeout: 30_000 }).toEqual([{ input: { count: 7, minLevel: 2, accountcsv: file, check: true } }]);
  await rm(folder, { recursive: true });
});

test('a small terminal has the circle and its head, and a lower one the head alone', async () => {
  for (const rows of [24, 16]) {
    await using console = await openConsole({ screen: 'pool', host: createFakeHost({ accounts: 20 }), columns: 80, rows });
    await console.see('Next out');
    await console.see('user-00000');
  }
});

test('ranks stand alone where there is room, and in groups of one width where there is not', () => {
  const stock = [1, 2, 12, 29, 30, 31].map((rank) => ({ rank, count: rank }));
  expect(stockGroups(stock, 9).map(({ ranks }) => ranks)).toEqual(['31', '30', '29', '12', '2', '1']);
  expect(stockGroups(stock, 4)).toEqual([
    { ranks: '30–31', count: 61 },
    { ranks: '29', count: 29 },
    { ranks: '12', count: 12 },
    { ranks: '1–2', count: 3 },
  ]);
  expect(stockGroups([], 4)).toEqual([]);
  expect(
    stockGroups(
      Array.from({ length: 3_000 }, (_, at) => ({ rank: at * 7, count: 1 })),
      3,
    ),
  ).toHaveLength(1);
});
