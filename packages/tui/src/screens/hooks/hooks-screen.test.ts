import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeHook } from '../../testing/fake-hooks.ts';
import { openConsole } from '../../testing/open-console.ts';

/** A dialog ignores the keys of its first moments. */
const dialogListens = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

function hostWithHooks() {
  const host = createFakeHost({ accounts: 3 });
  host.hooks = [
    fakeHook('ops'),
    fakeHook('pager', {
      target: { kind: 'command', command: 'page-me --now' },
      last: { state: 'failed', outcome: 'it ended with 3', createdAt: 1, attempts: 12 },
    }),
  ];
  host.deliveries = [
    {
      id: 'd1',
      type: 'job.done',
      message: 'Check: 3 done',
      state: 'failed',
      attempts: 12,
      notBefore: 0,
      outcome: 'HTTP 500',
      createdAt: 1,
      endedAt: 2,
    },
  ];
  return host;
}

for (const { columns, rows } of [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 36 },
])
  test(`H shows who is told of what, and what was sent, at ${columns} by ${rows}`, async () => {
    await using console = await openConsole({ host: hostWithHooks(), columns, rows });
    await console.see('Providers');
    await console.send('H');
    await console.see(/❯ ● on +ops +job\.ended/);
    await console.see(/× failing +pager/);
    await console.see(/failed +job\.done +12 tries HTTP 500/);
    await console.send('j');
    await console.see('page-me --now');
  });

test('without hooks the screen says what they are for', async () => {
  await using console = await openConsole({ screen: 'hooks', host: createFakeHost(), columns: 80, rows: 24 });
  await console.see('Nobody is told');
});

test('a webhook is added from a form, and its key is shown once', async () => {
  const host = createFakeHost();
  await using console = await openConsole({ screen: 'hooks', host, columns: 100, rows: 30 });
  await console.see('Nobody is told');
  await console.send('n');
  await console.see('Who is to be told');
  await dialogListens();
  await console.send('\r');
  await console.see('New webhook');
  await console.send('https://example.org/in', '\r', '\u0004');
  await console.see('made-key-once');
  expect(host.calls.find(({ operation }) => operation === 'addHook')?.args.body).toEqual({
    target: { kind: 'webhook', url: 'https://example.org/in' },
    events: ['job.ended'],
  });
  await dialogListens();
  await console.send('y');
  await console.miss('made-key-once');
});

test('one for mail says what is missing, and takes the port of its security', async () => {
  const host = createFakeHost();
  await using console = await openConsole({ screen: 'hooks', host, columns: 100, rows: 36 });
  await console.send('n');
  await console.see('Who is to be told');
  await dialogListens();
  await console.send('j', 'j', '\r');
  await console.see('New mail');
  await console.send('smtp.example.org', '\u0004');
  await console.see('needed');
  await console.send('me@example.org', '\r', 'a@example.org, b@example.org', '\u0004');
  await console.see('added');
  expect(host.calls.find(({ operation }) => operation === 'addHook')?.args.body?.['target']).toEqual({
    kind: 'mail',
    host: 'smtp.example.org',
    port: 587,
    security: 'starttls',
    user: null,
    from: 'me@example.org',
    to: ['a@example.org', 'b@example.org'],
  });
});

test('a whole address is shown to who asks, until a key is pressed', async () => {
  await using console = await openConsole({ screen: 'hooks', host: hostWithHooks(), columns: 120, rows: 36 });
  await console.see(/● on +ops/);
  await console.send('S');
  await console.see('https://example.org/ops   (the audit log says who looked)');
  await dialogListens();
  await console.send('\r');
  await console.miss('the audit log says who looked');
});

test('one is tested, switched off, and removed after a question', async () => {
  const host = hostWithHooks();
  await using console = await openConsole({ screen: 'hooks', host, columns: 120, rows: 36 });
  await console.see(/● on +ops/);
  await console.send('t');
  await console.see('ops: it did not arrive: HTTP 500');
  await console.send('p');
  await console.see(/= off +ops/);
  await console.send('D');
  await console.see('Remove ops?');
  await dialogListens();
  await console.send('y');
  await console.miss(/off +ops/);
  expect(host.hooks.map(({ name }) => name)).toEqual(['pager']);
});
