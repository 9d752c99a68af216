import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHooksWorld, type HooksWorld } from '../testing/hooks-world.ts';
import type { JobSnapshot } from '../jobs/jobs.ts';
import type { NewHook } from './hooks.ts';
import { retryMs } from './delivery-worker.ts';
import { matches } from './matches.ts';

let world: HooksWorld;
beforeEach(async () => {
  world = await openHooksWorld(async (id) => snapshot(id));
});
afterEach(() => world[Symbol.asyncDispose]());

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.closers.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function receiver(status: (nth: number) => number = () => 204) {
  const got: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text: Buffer) => (body += text.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status(got.length), { location: '/elsewhere' }).end();
    });
  });
  return { url: `http://127.0.0.1:${await listen(server)}/in`, got };
}

const snapshot = (id: string): JobSnapshot =>
  ({
    id,
    plugin: 'farm',
    action: 'work',
    title: 'Work',
    state: 'done',
    total: 2,
    counts: { done: 2 },
    errors: [],
    startedAt: 1,
    endedAt: 2,
  }) as never;

async function open() {
  const { store, clock, events, vault, make } = world;
  const hooks = make(1);
  await hooks.start();
  const done = (job = 'j1') => events.record({ level: 'info', type: 'job.done', message: 'Work: 2 done', job, plugin: 'farm' });
  /** Turns time while real programs and servers take theirs. */
  const until = async (condition: () => boolean | Promise<boolean>, stepMs = 0): Promise<void> => {
    await expect
      .poll(
        async () => {
          await clock.advance(stepMs);
          return condition();
        },
        { timeout: 30_000, interval: 5 },
      )
      .toBe(true);
  };
  return { store, clock, events, vault, hooks, make, done, until };
}

test('a webhook gets the event and the job, signed', async () => {
  const { hooks, done, until, events } = await open();
  const { url, got } = await receiver();
  const { secret, hook } = await hooks.add({ target: { kind: 'webhook', url } }, 'anna');
  await events.record({ level: 'info', type: 'account.rested', message: 'nobody asked' });
  await done();
  await until(() => got.length === 1);
  const [first] = got;
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    hook: hook.name,
    event: { type: 'job.done', job: 'j1', message: 'Work: 2 done' },
    job: { id: 'j1', counts: { done: 2 }, state: 'done' },
  });
  const [, at, sum] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first?.headers['muster-signature'])) ?? [];
  expect(sum).toBe(
    createHmac('sha256', secret ?? '')
      .update(`${at}.${first?.body}`)
      .digest('hex'),
  );
  await until(async () => (await hooks.get(hook.id)).sent === 1);
  expect((await hooks.deliveries(hook.id))[0]).toMatchObject({ state: 'sent', attempts: 1, outcome: 'answered 204' });
});

test('what does not arrive is tried again, longer apart each time, with the same number', async () => {
  const { hooks, done, until } = await open();
  const { url, got } = await receiver((nth) => (nth < 4 ? ([500, 302, 404][nth - 1] ?? 500) : 200));
  const { hook } = await hooks.add({ target: { kind: 'webhook', url }, secret: 'mine' }, 'anna');
  await done();
  await until(() => got.length === 4, 2_000);
  await until(async () => (await hooks.get(hook.id)).sent === 1);
  expect(new Set(got.map(({ headers }) => headers['muster-delivery'])).size).toBe(1);
  expect((await hooks.deliveries(hook.id))[0]).toMatchObject({ attempts: 4, state: 'sent' });
  expect(retryMs(5, () => 0)).toBe(40_000);
  expect(retryMs(30, () => 0.999_999)).toBeLessThanOrEqual(3_600_000);
});

test('in the end it is given up, and told of', async () => {
  const { hooks, done, until, events } = await open();
  const { url } = await receiver(() => 503);
  const { hook } = await hooks.add({ target: { kind: 'webhook', url } }, 'anna');
  await done();
  await until(async () => (await hooks.get(hook.id)).failed === 1, 3_600_000);
  expect((await hooks.deliveries(hook.id))[0]).toMatchObject({ state: 'failed', attempts: 12, outcome: 'it answered 503' });
  const told = async () => (await events.query({ text: 'hook.failed' })).at(-1)?.message ?? '';
  await until(async () => (await told()).includes('after 12 tries'));
});

test('a command gets the event on its stdin, and nothing of the host’s own environment', async () => {
  const { hooks, done, until } = await open();
  process.env['MUSTER_KEY_OF_A_TEST'] = 'treasure';
  const file = join(world.folder, 'said');
  await hooks.add(
    { target: { kind: 'command', command: `cat > ${file}; env >> ${file}` }, events: ['*'], plugin: 'farm' },
    'anna',
  );
  await done('j7');
  await until(async () => (await readFile(file, 'utf8').catch(() => '')).includes('MUSTER_EVENT=job.done'));
  delete process.env['MUSTER_KEY_OF_A_TEST'];
  const said = await readFile(file, 'utf8');
  expect(JSON.parse(said.split('\n')[0] ?? '')).toMatchObject({ job: { id: 'j7' } });
  expect(said).not.toContain('treasure');
});

test('mail goes to the server, with a password that is kept sealed', async () => {
  const said: string[] = [];
  const port = await listen(
    createTcpServer((socket) => {
      let data = false;
      socket.write('220 test\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
          said.push(line);
          if (data) {
            if (line === '.') socket.write('250 kept\r\n');
            data = line !== '.';
          } else if (line === 'DATA') {
            data = true;
            socket.write('354 go on\r\n');
          } else if (line.startsWith('EHLO')) socket.write('250-test\r\n250 AUTH PLAIN\r\n');
          else if (line.startsWith('AUTH')) socket.write('235 welcome\r\n');
          else if (line === 'QUIT') socket.end('221 bye\r\n');
          else socket.write('250 ok\r\n');
        }
      });
    }),
  );
  const { hooks, done, until, store } = await open();
  const target = {
    kind: 'mail',
    host: '127.0.0.1',
    port,
    security: 'none',
    user: 'anna',
    from: 'muster@example.org',
    to: ['a@example.org'],
  } as const;
  const { hook } = await hooks.add({ target, secret: 'open-sesame' }, 'anna');
  expect(JSON.stringify(await store.list('hooks'))).not.toContain('open-sesame');
  await done();
  await until(async () => (await hooks.get(hook.id)).sent === 1);
  expect(said).toContain('Subject: muster: Work: 2 done');
  expect(said).toContain('RCPT TO:<a@example.org>');
  expect(said).toContain(`AUTH PLAIN ${Buffer.from('\0anna\0open-sesame').toString('base64')}`);
});

test('what happened while no host ran, and what was on its way, is told after the start', async () => {
  const { hooks, make, done, until, clock } = await open();
  let status = 500;
  const { url, got } = await receiver(() => status);
  const { hook } = await hooks.add({ target: { kind: 'webhook', url } }, 'anna');
  await done('before');
  await until(async () => (await hooks.deliveries(hook.id))[0]?.attempts === 1);
  await hooks.stop();
  await done('between');
  status = 200;
  const next = make(2);
  await next.start();
  await until(async () => (await next.get(hook.id)).sent === 2, 5_000);
  await clock.advance(60_000);
  expect(got.map(({ body }) => (JSON.parse(body) as { event: { job: string } }).event.job).toSorted()).toEqual([
    'before',
    'before',
    'between',
  ]);
});

test('the queue is bounded: the oldest goes', async () => {
  const { hooks, events, until } = await open();
  const { hook } = await hooks.add({ target: { kind: 'webhook', url: 'http://127.0.0.1:1/' }, events: ['flood.came'] }, 'anna');
  for (let n = 0; n < 1_010; n += 1) await events.record({ level: 'info', type: 'flood.came', message: `wave ${n}` });
  await until(async () => (await hooks.get(hook.id)).failed >= 10);
  expect((await hooks.get(hook.id)).waiting).toBeLessThanOrEqual(1_000);
});

test('a trial is sent at once and told of', async () => {
  const { hooks } = await open();
  const { url, got } = await receiver();
  const { hook } = await hooks.add({ target: { kind: 'webhook', url }, events: ['job.*'], name: 'mine' }, 'anna');
  expect(await hooks.test('mine', 'anna')).toEqual({ ok: true, outcome: 'answered 204' });
  expect(got).toHaveLength(1);
  const broken = await hooks.add({ target: { kind: 'webhook', url: 'http://127.0.0.1:1/' } }, 'anna');
  const result = await hooks.test(broken.hook.id, 'anna');
  expect(result.ok).toBe(false);
  expect(result.outcome).not.toBe('');
  expect(await hooks.deliveries(hook.id)).toHaveLength(1);
  const command = await hooks.add({ target: { kind: 'command', command: 'echo it is full >&2; exit 3' } }, 'anna');
  expect(await hooks.test(command.hook.id, 'anna')).toEqual({ ok: false, outcome: 'it ended with 3: it is full' });
  await hooks.setEnabled(hook.id, false, 'anna');
  expect((await hooks.get('mine')).enabled).toBe(false);
  await hooks.remove('mine', 'anna');
  await expect(hooks.get('mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each<[string, Partial<NewHook>, string]>([
  ['another protocol', { target: { kind: 'webhook', url: 'ftp://example.org' } }, 'url'],
  ['credentials in the address', { target: { kind: 'webhook', url: 'https://a:b@example.org' } }, 'url'],
  ['nothing to run', { target: { kind: 'command', command: ' ' } }, 'command'],
  ['a type that is none', { events: ['Job Ended'] }, 'events'],
  ['no type', { events: [] }, 'events'],
  ['an empty secret', { secret: '' }, 'secret'],
  [
    'a password in the open',
    { target: { kind: 'mail', host: 'mail.example.org', port: 25, security: 'none', user: 'a', from: 'a@b.c', to: ['a@b.c'] } },
    'security',
  ],
  [
    'two lines for an address',
    {
      target: {
        kind: 'mail',
        host: 'mail.example.org',
        port: 25,
        security: 'tls',
        user: null,
        from: 'a@b.c',
        to: ['a@b.c\nBcc: x@y.z'],
      },
    },
    'to',
  ],
])('a hook with %s is refused', async (_what, wrong, names) => {
  const { hooks } = await open();
  const hook: NewHook = { target: { kind: 'webhook', url: 'https://example.org' }, ...wrong };
  await expect(hooks.add(hook, 'anna')).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining(names) as string,
  });
  expect(await hooks.list()).toEqual([]);
});

test('types are matched whole, by their beginning, or all; never those about hooks', () => {
  const hook = (events: string[], plugin: string | null = null) => ({ events, plugin });
  expect(matches({ type: 'whatsapp.ready' }, hook(['whatsapp.*']))).toBe(true);
  expect(matches({ type: 'whatsapper.ready' }, hook(['whatsapp.*']))).toBe(false);
  expect(matches({ type: 'job.cancelled' }, hook(['job.ended']))).toBe(true);
  expect(matches({ type: 'job.started' }, hook(['job.ended']))).toBe(false);
  expect(matches({ type: 'hook.failed' }, hook(['*']))).toBe(false);
  expect(matches({ type: 'job.done', plugin: 'a' }, hook(['*'], 'b'))).toBe(false);
});
