import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHooksWorld, type HooksWorld } from '../testing/hooks-world.ts';
import { DELIVERIES, type DeliveryRecord, type HookTarget } from './hook-record.ts';
import { maskedTarget } from './hook-target.ts';

const KEY = 'CANARY-of-the-address';
let world: HooksWorld;
beforeEach(async () => {
  world = await openHooksWorld(() => Promise.reject(new Error('no job')));
});
afterEach(() => world[Symbol.asyncDispose]());

async function receiver() {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { paths, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const open = () => ({ ...world, hooks: world.make(1) });

const webhook = (url: string): HookTarget => ({ kind: 'webhook', url });
const command = (text: string): HookTarget => ({ kind: 'command', command: text });

test.each<[HookTarget, HookTarget]>([
  [webhook('https://hooks.example.org/services/T1/B2/key'), webhook('https://hooks.example.org/…')],
  [webhook('https://example.org:8443/?token=key'), webhook('https://example.org:8443/…')],
  [webhook('https://example.org/#key'), webhook('https://example.org/…')],
  [webhook('http://example.org'), webhook('http://example.org/')],
  [webhook('https://example.org/…'), webhook('https://example.org/…')],
  [command('page-me'), command('page-me')],
  [command(' ~/bin/page.sh --key key'), command('~/bin/page.sh …')],
  [command('curl\t-H "authorization: key"'), command('curl …')],
  [command('TOKEN=key page-me'), command('…')],
  [command('"$HOME/page me" key'), command('…')],
])('of %o a reader sees %o', (whole, seen) => {
  expect(maskedTarget(whole)).toEqual(seen);
});

test('the address of a webhook is told whole to who asks, and says who asked; it is used whole and kept sealed', async () => {
  const { store, hooks, events, redactor } = open();
  const { paths, origin } = await receiver();
  const url = `${origin}/services/${KEY}?key=${KEY}-too`;
  await hooks.start();
  const { hook } = await hooks.add({ target: webhook(url), name: 'chat' }, 'anna');
  expect(hook.target).toEqual(webhook(`${origin}/…`));
  expect(await hooks.test('chat', 'anna')).toEqual({ ok: true, outcome: 'answered 204' });
  expect(paths).toEqual([`/services/${KEY}?key=${KEY}-too`]);
  const shown = [await hooks.list(), await hooks.get('chat'), await hooks.deliveries('chat'), await store.list('hooks')];
  expect(JSON.stringify(shown)).not.toContain('CANARY');
  expect(redactor.redact(`no answer from ${url}; /services/${KEY} is gone`)).not.toContain('CANARY');

  expect(await hooks.reveal('chat', 'bert')).toEqual(webhook(url));
  const told = await events.query({ limit: 100 });
  expect(told.filter(({ type }) => type === 'hook.revealed')).toMatchObject([{ level: 'audit', actor: 'bert' }]);
  expect(JSON.stringify(told)).not.toContain('CANARY');
});

test('a locked vault keeps an address back, and nobody is noted as having seen it', async () => {
  const { hooks, vault, events } = open();
  await hooks.add({ target: webhook(`https://example.org/${KEY}`), name: 'chat' }, 'anna');
  vault.lock();
  await expect(hooks.reveal('chat', 'bert')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  expect((await events.query({ limit: 100 })).map(({ type }) => type)).toEqual(['hook.added']);
});

test('an address that was stored in the open is sealed at the next start', async () => {
  const { store, hooks } = open();
  const { paths, origin } = await receiver();
  const old = { id: 'old', name: 'old', events: ['*'], plugin: null, secret: null, enabled: true, sinceSeq: 0, createdAt: 1 };
  await store.commit([{ insert: 'hooks', document: { ...old, target: webhook(`${origin}/${KEY}`) } as never }]);
  expect(JSON.stringify(await hooks.list())).not.toContain('CANARY');
  await hooks.start();
  expect(JSON.stringify(await store.list('hooks'))).not.toContain('CANARY');
  expect(await hooks.reveal('old', 'anna')).toEqual(webhook(`${origin}/${KEY}`));
  await hooks.test('old', 'anna');
  expect(paths).toEqual([`/${KEY}`]);
});

test('what happens while the addresses of an older store are sealed is told too', async () => {
  const { store, hooks, events } = open();
  const record = (message: string) => events.record({ level: 'info', type: 'farm.done', message });
  const told = async () => (await store.list<DeliveryRecord>(DELIVERIES.name)).map(({ message }) => message).toSorted();
  await record('before');
  const old = {
    id: 'old',
    name: 'old',
    events: ['farm.*'],
    plugin: null,
    secret: null,
    enabled: true,
    sinceSeq: 0,
    createdAt: 1,
  };
  await store.commit([{ insert: 'hooks', document: { ...old, target: webhook('http://127.0.0.1:9/in') } as never }]);
  const { commit } = store;
  const sealing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  store.commit = async (operations) => {
    if (operations.some((each) => 'update' in each && each.update === 'hooks')) {
      sealing.resolve();
      await goOn.promise;
    }
    return commit(operations);
  };
  const started = hooks.start();
  await sealing.promise;
  await expect.poll(told).toEqual(['before']);
  await record('meanwhile');
  goOn.resolve();
  await started;
  await expect.poll(told).toEqual(['before', 'meanwhile']);
});
