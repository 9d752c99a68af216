import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeProxy } from '../../testing/fake-proxies.ts';
import { openConsole } from '../../testing/open-console.ts';
import { NOW } from '../../testing/now.ts';

function hostWithProxies() {
  const host = createFakeHost({ accounts: 3 });
  host.proxies = [
    fakeProxy('algiers-1', { inUse: 2, holders: ['task/a', 'task/b'] }),
    fakeProxy('algiers-2', {
      state: 'dead',
      nextCheckAt: NOW + 3_600_000,
      lastFailure: { kind: 'timeout', at: NOW, detail: 'it does not answer in time' },
    }),
    fakeProxy('madrid', {
      country: 'ES',
      targets: { 'visa.example': { ok: 4, refused: 2, lastStatus: 403, lastRefusedAt: 5, usedAt: 5 } },
    }),
  ];
  return host;
}

test('7 shows proxies with health, latency, country and use, and who refuses them', async () => {
  await using console = await openConsole({ host: hostWithProxies(), columns: 170, rows: 40 });
  await console.see('Providers');
  await console.send('7');
  await console.see(/❯ ● good +algiers-1 +DZ +131 ms +2/);
  await console.see(/× dead +algiers-2 .*does not answer in time · again in/);
  await console.see(/madrid +ES .*visa\.example refused 2× \(last 403\)/);
  await console.see('2 good · 1 dead · no echo set');
  await console.send('jj');
  await console.see(/Targets/);
  await console.see(/4 ok +2 refused \(403\)/);
});

test('on a terminal of 80 columns the list has its words', async () => {
  await using console = await openConsole({ screen: 'proxies', host: hostWithProxies(), columns: 80, rows: 24 });
  await console.see(/good +algiers-1/);
  await console.see(/dead +algiers-2/);
});

test('one is added with its address unseen, disabled, enabled, checked, and removed by a word', async () => {
  const host = hostWithProxies();
  await using console = await openConsole({ screen: 'proxies', host, columns: 120, rows: 40 });
  await console.see('algiers-1');
  await console.send('n');
  await console.see('New proxy');
  await console.send('anna:hunter2@192.0.2.9:1', '\r', 'fresh', '\r', '\r');
  await console.see('added fresh');
  expect(host.calls.find(({ operation }) => operation === 'addProxy')?.args.body).toEqual({
    address: 'anna:hunter2@192.0.2.9:1',
    label: 'fresh',
  });
  await console.miss('hunter2');
  await console.send('p');
  await expect.poll(() => host.proxies[0]?.state).toBe('disabled');
  host.say({ kind: 'changed', list: 'proxies' });
  await console.see(/= disabled +algiers-1/);
  await console.send('C');
  await console.see(/3 of 4 proxies work/);
  await console.send('D');
  await console.see('Remove algiers-1?');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('remove', '\r');
  await expect.poll(() => host.proxies.length).toBe(3);
});

test('o on accounts puts those that are marked on a proxy', async () => {
  const host = hostWithProxies();
  await using console = await openConsole({ screen: 'accounts', host, columns: 120, rows: 40 });
  await console.see('user-00001');
  await console.send('a', 'o');
  await console.see('Proxy of');
  await console.see('algiers-1');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('j', '\r');
  await console.see('3 accounts on algiers-1');
  const assigned = host.calls.find(({ operation }) => operation === 'assignProxy')?.args.body;
  const ids = host.roster.accounts.map(({ id }) => id);
  expect(assigned).toEqual({ proxy: 'id-algiers-1', selection: { ids } });
});
