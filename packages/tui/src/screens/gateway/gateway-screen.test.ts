import { expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from '../../testing/fake-client.ts';
import { fakeJob } from '../../testing/fake-jobs.ts';
import { fakeRotation } from '../../testing/fake-live.ts';
import { openConsole } from '../../testing/open-console.ts';
import { NOW } from '../../testing/now.ts';

const withGateway = (host: FakeHost): FakeHost => {
  const service = { state: 'open' as const, why: null, opensBy: 'gateway', strategyIn: 'order' };
  host.plugins = host.plugins.map((plugin) => (plugin.id === 'demo' ? { ...plugin, service } : plugin));
  return host;
};

test('6 shows where it listens, the last minute, the window of each account, and who served what', async () => {
  const host = createFakeHost({ accounts: 5 });
  const rotation = fakeRotation(24);
  const [first, ...others] = rotation.figures;
  host.rotations = [{ ...rotation, figures: first ? [{ ...first, restUntil: NOW + 9_000_000 }, ...others] : [] }];
  await using console = await openConsole({ host, columns: 120, rows: 36 });
  await console.send('6');
  await console.see('● http://127.0.0.1:8790/v1   y copies it');
  await console.see('muster token create demo-client --scope operate');
  await console.see(/rotation least-used +limit 10 in 1m00s each +rest 30s/);
  await console.see(/2 req\/s +.*█.* 90\/min/);
  await console.see(/612 ms p50 +2.9 s p95 +errors 1%/);
  await console.see(/1 in flight +0 wait +free 23 of 24/);
  await console.see('144 of 240');
  await console.see(/served 1 204 +failed 7 \(429: 2\) +tokens 88000|served 1 204 +failed 7 \(429: 2\) +tokens 88.0k/);
  await console.see('2 RATE_LIMIT_EXCEEDED');
  await console.see(/❯ lab-00 +○ cooling .* 2h30m/);
  await console.see(/lab-01 +◆ busy +█░+ 1\/10/);
  await console.see(/lab-10 +○ full +█+ 10\/10/);
  await console.see('23 free of 24');
  await console.see(/\d\d:\d\d:\d\d 200 lab-01 +612 ms +80 tok/);
  await console.see(/\d\d:\d\d:\d\d 429 lab-02 +11 ms RATE_LIMIT/);
});

test('80 columns hold the same figures; l turns from the accounts to the requests and back', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  const rotation = fakeRotation(24);
  host.rotations = [{ ...rotation, figures: rotation.figures.map((one) => Object.assign(one, { restUntil: NOW + 65_000 })) }];
  await using console = await openConsole({ host, screen: 'gateway', columns: 80, rows: 24 });
  for (const shown of ['http://127.0.0.1:8790/v1', 'demo-client', 'least-used', '1 in flight', '2 req/s', '612 ms p50'])
    await console.see(shown);
  await console.see(/served 1 204 .* room 144 of 240/);
  await console.see('2 RATE_LIMIT_EXCEEDED');
  await console.see(/❯ lab-00 +○ cooling .* 1m05s/);
  await console.send('l');
  await console.see(/200 lab-01 +K2 +612 ms +80 tok/);
  await console.send('l');
  await console.see('❯ lab-00');
});

test('requests that nobody was free for are told apart from failures of accounts', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  const errors = [
    { kind: 'NOTHING_AVAILABLE', count: 1_087, lastAt: NOW },
    { kind: 'RATE_LIMIT_EXCEEDED', count: 2, lastAt: NOW },
  ];
  host.rotations = [fakeRotation(24, { errors })];
  await using console = await openConsole({ host, screen: 'gateway', columns: 80, rows: 24 });
  await console.see(/errors 1% +turned away 1 087/);
  await console.see('2 RATE_LIMIT_EXCEEDED');
  expect(console.terminal.screen()).not.toContain('NOTHING_AVAILABLE');
});

test('y copies the URL, t how to make a key', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  host.rotations = [fakeRotation(3)];
  await using console = await openConsole({ host, screen: 'gateway', columns: 120, rows: 30 });
  await console.see('lab-00');
  await console.send('y');
  await console.see('copied: http://127.0.0.1:8790/v1');
  await console.send('t');
  await console.see('copied: muster token create demo-client --scope operate');
});

test('s switches the strategy while requests run', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  host.rotations = [fakeRotation(3)];
  await using console = await openConsole({ host, screen: 'gateway', columns: 120, rows: 30 });
  await console.see('lab-00');
  await console.send('s');
  await console.see(/least-used +now/);
  // A dialog ignores keys in its first moment.
  while (!console.terminal.screen().includes('❯ least-used')) await console.send('j');
  await console.send('j', 'j');
  await console.send('\r');
  await console.see('rotates priority from now on');
  expect(host.calls.find(({ operation }) => operation === 'configurePlugin')?.args).toEqual({
    params: { plugin: 'demo' },
    body: { order: 'priority' },
  });
  host.rotations = [fakeRotation(3, { strategy: 'priority' })];
  await console.see('rotation priority');
});

test('a gateway that is not open says how to open it, o does, and it is called open once it is', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  host.rotations = [fakeRotation(3, { urls: [] })];
  await using console = await openConsole({ host, screen: 'gateway', columns: 120, rows: 30 });
  await console.see('demo is not open to clients   o opens it');
  await console.send('y');
  await console.see('It is not open: o opens it.');
  await console.send('o');
  await console.see('opening the gateway of');
  expect(console.terminal.screen()).not.toContain('is open at');
  expect(host.calls.find(({ operation }) => operation === 'runAction')?.args).toMatchObject({
    params: { plugin: 'demo', action: 'gateway' },
  });
  host.rotations = [fakeRotation(3)];
  await console.see('is open at http://127.0.0.1:8790/v1, until its job is cancelled');
});

test('a gateway whose job fails is not called open, and it is said why', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  host.rotations = [fakeRotation(3, { urls: [] })];
  await using console = await openConsole({ host, screen: 'gateway', columns: 120, rows: 30 });
  await console.see('demo is not open to clients');
  await console.send('o');
  await console.see('opening the gateway of');
  const errors = [{ code: 'PORT_TAKEN', count: 1, example: 'Port 8790 is taken.' }];
  host.say({ kind: 'job', job: fakeJob({ id: host.jobs[0]?.id ?? '', state: 'done', errors }) });
  await console.see(/The gateway of \S+ is not open: Port 8790 is taken\./);
});

test('names that begin alike are told apart in the accounts and in the requests', async () => {
  const host = createFakeHost({ accounts: 5 });
  const rotation = fakeRotation(2);
  const named = (at: number): string => `a-common-beginning-of-names-${at}`;
  host.rotations = [
    {
      ...rotation,
      figures: rotation.figures.map((figure, at) => Object.assign({}, figure, { label: named(at) })),
      recent: rotation.recent.map((request, at) => Object.assign({}, request, { label: named(at) })),
    },
  ];
  for (const columns of [80, 120]) {
    await using console = await openConsole({ host, screen: 'gateway', columns, rows: 36 });
    await console.see(/…\S*mes-0 +●/);
    await console.see(/…\S*mes-1 +◆/);
    if (columns === 80) await console.send('l');
    await console.see(/200 a\S+…\S*s-0 /);
    await console.see(/429 a\S+…\S*s-1 /);
  }
});

test('without a rotation a provider that has a gateway can be opened', async () => {
  const host = withGateway(createFakeHost({ accounts: 5 }));
  await using console = await openConsole({ host, screen: 'gateway', columns: 80, rows: 24 });
  await console.see('o opens its gateway, or `muster run demo.gateway`');
  await console.send('o');
  await console.see('opening the gateway of Demo');
});

test('a list of thousands is asked for in pieces, around the pointer', async () => {
  const host = createFakeHost({ accounts: 5 });
  host.rotations = [fakeRotation(5_000)];
  await using console = await openConsole({ host, screen: 'gateway', columns: 130, rows: 36 });
  await console.see('lab-00');
  await console.send('G');
  await console.see(/❯ lab-4999/);
  const asked = host.calls.filter(({ operation }) => operation === 'listRotations').map(({ args }) => args.query);
  expect(asked.every((query) => Number(query?.['limit']) <= 1_000)).toBe(true);
});

test('without a rotation it says how to come by one, and nobody is asked while another screen is shown', async () => {
  const host = createFakeHost({ accounts: 5 });
  await using console = await openConsole({ host, screen: 'gateway', columns: 80, rows: 24 });
  await console.see('No provider spreads requests');
  await console.send('1');
  await console.see('Providers');
  const asked = (): number => host.calls.filter(({ operation }) => operation === 'listRotations').length;
  const before = asked();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(asked()).toBe(before);
});
