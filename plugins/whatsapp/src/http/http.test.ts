import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MusterError, type HttpContext, type KnownAccount, type KnownSession, type Records } from '@muster/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import http from '../http.ts';
import type { KeptMedia } from '../messages/media.ts';
import { MediaFiles, mediaFolder } from '../messages/media-files.ts';
import type { Account, Config } from '../schemas.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { createOutboxWorld, type OutboxWorld } from '../testing/test-outbox.ts';

type Json = Readonly<Record<string, unknown>>;

/** Accounts and sessions as the host has them; the session of `shop-1` has a real queue. */
let accounts: Map<string, KnownAccount<Account>>;
let sessions: Map<string, Partial<KnownSession>>;
let page: OutboxWorld;
let queue: ReturnType<OutboxWorld['open']>;
let most: number;
let directory: string;
let media: Records<KeptMedia>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-whatsapp-http-'));
  media = createMemoryRecords();
  accounts = new Map();
  sessions = new Map();
  page = createOutboxWorld();
  queue = page.open();
  most = 3;
});
afterEach(async () => {
  await queue.end();
  await rm(directory, { recursive: true });
});

function context(params: Readonly<Record<string, string>> = {}): HttpContext<Config, Account> {
  return {
    params,
    accounts: {
      get: async (id: string) => accounts.get(id),
      list: async () => ({ total: accounts.size, accounts: [...accounts.values()] }),
      async add(data: Account) {
        const account = { id: `id-${data.clientId}`, data } as KnownAccount<Account>;
        accounts.set(account.id, account);
        return account;
      },
      remove: async (id: string) => void accounts.delete(id),
    },
    sessions: {
      list: () => [...sessions.values()],
      get: (id: string) => sessions.get(id),
      async open(id: string) {
        if (sessions.has(id)) throw new MusterError('CONFLICT', `${id} has a session already.`);
        if (sessions.size >= most) throw new MusterError('SESSION_LIMIT', `${most} are open.`);
        sessions.set(id, { account: id, state: 'opening', status: 'launching', why: null, challenge: null });
      },
      close: async (id: string) => void sessions.delete(id),
      live: () => ({ outbox: queue.outbox }),
    },
    service: async () => ({ records: { media }, directory }),
    signal: new AbortController().signal,
  } as unknown as HttpContext<Config, Account>;
}

async function call(
  name: keyof typeof http,
  { body, clientId }: { body?: unknown; clientId?: string } = {},
): Promise<{ status: number; body: Json }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const request = new Request('http://localhost/', body === undefined ? {} : { method: 'POST', body: text });
  const response = await http[name](request, context(clientId === undefined ? {} : { clientId }));
  return { status: response.status, body: (await response.json()) as Json };
}

test.each([
  ['nothing', {}, 400, 'clientId is required'],
  ['an empty one', { clientId: '' }, 400, 'clientId is required'],
  ['a path', { clientId: '../../etc' }, 400, 'letters, digits, _ and - only'],
  ['a number', { clientId: 7 }, 400, 'letters, digits, _ and - only'],
  ['no JSON', '{', 400, 'The body must be JSON'],
  ['a list', '[]', 400, 'The body must be JSON'],
  ['a wrong phone', { clientId: 'x', config: { phone: '12' } }, 400, 'config.phone'],
  ['a wrong way to link', { clientId: 'x', config: { link: 'magic' } }, 400, 'config.link'],
])('creating with %s is refused', async (_name, body, status, error) => {
  expect(await call('create', { body })).toMatchObject({
    status,
    body: { success: false, error: expect.stringContaining(error) as string },
  });
  expect(accounts.size + sessions.size).toBe(0);
});

test('a session is created once; where no more may be open, no account is left behind', async () => {
  expect(await call('create', { body: { clientId: 'shop-1', config: { phone: '+966 50 000 0001' } } })).toMatchObject({
    status: 200,
    body: { success: true, clientId: 'shop-1' },
  });
  expect(accounts.get('id-shop-1')?.data.phone).toBe('966500000001');
  expect(await call('create', { body: { clientId: 'shop-1' } })).toMatchObject({ status: 409, body: { success: false } });
  most = 1;
  expect(await call('create', { body: { clientId: 'shop-2' } })).toMatchObject({
    status: 409,
    body: { success: false, code: 'SESSION_LIMIT' },
  });
  expect([...accounts.keys()]).toEqual(['id-shop-1']);
});

test('lists, figures and states have the shapes that scripts expect', async () => {
  await call('create', { body: { clientId: 'shop-1' } });
  await call('create', { body: { clientId: 'shop-2' } });
  Object.assign(sessions.get('id-shop-1') ?? {}, { state: 'ready' });
  Object.assign(sessions.get('id-shop-2') ?? {}, { challenge: { kind: 'qr', text: '2@abc', expiresAt: 5 } });
  expect((await call('list')).body).toEqual({
    success: true,
    count: 2,
    sessions: [
      { clientId: 'shop-1', isReady: true, hasQR: false, exists: true },
      { clientId: 'shop-2', isReady: false, hasQR: true, exists: true },
    ],
  });
  expect((await call('stats')).body).toEqual({
    success: true,
    totalClients: 2,
    readyClients: 1,
    clientIds: ['shop-1', 'shop-2'],
  });
  expect((await call('status', { clientId: 'shop-2' })).body).toMatchObject({
    success: true,
    clientId: 'shop-2',
    isReady: false,
    hasQR: true,
    exists: true,
  });
  expect((await call('status', { clientId: 'nobody' })).body).toMatchObject({ success: true, exists: false, state: 'closed' });
  expect(await call('qr', { clientId: 'shop-2' })).toEqual({
    status: 200,
    body: { success: true, clientId: 'shop-2', qr: '2@abc', expiresAt: 5 },
  });
  expect(await call('qr', { clientId: 'shop-1' })).toMatchObject({ status: 404, body: { success: false } });
  expect(await call('qr', { clientId: '../x' })).toMatchObject({ status: 404 });
  expect(await call('destroy', { clientId: 'shop-1' })).toMatchObject({
    status: 200,
    body: { success: true, clientId: 'shop-1' },
  });
  expect(await call('destroy', { clientId: 'shop-1' })).toMatchObject({ status: 404, body: { success: false } });
});

test('a text is sent from the session that is named, else from `default`', async () => {
  await call('create', { body: { clientId: 'default' } });
  const sent = await call('sendText', { body: { phone: 966_500_000_002, message: 'hello', key: 'k' } });
  expect(sent).toMatchObject({
    status: 200,
    body: { success: true, clientId: 'default', key: 'http/k', to: '966500000002@c.us', state: 'pending' },
  });
  expect(await call('sendText', { body: { phone: '966500000002@c.us', message: 'hello', key: 'k' } })).toMatchObject({
    status: 200,
  });
  expect(page.handed).toHaveLength(1);
  expect(await call('sendText', { body: { phone: '966500000002', message: 'other', key: 'k' } })).toMatchObject({ status: 409 });
  expect(await call('sendText', { body: { clientId: 'x', phone: '966500000002', message: 'a' } })).toMatchObject({
    status: 404,
    body: { success: false },
  });
  page.answer = () => Promise.reject(new MusterError('NOT_SENT', 'is not on WhatsApp'));
  expect(await call('sendText', { body: { phone: '966500000003', message: 'a' } })).toMatchObject({
    status: 422,
    body: { success: false },
  });
  page.answer = () => Promise.reject(new Error('Target closed'));
  expect(await call('sendText', { body: { phone: '966500000003', message: 'b' } })).toMatchObject({
    status: 502,
    body: { state: 'uncertain' },
  });
});

test.each([
  [{ message: 'a' }, 'phone is required'],
  [{ phone: '966500000002' }, 'message is required'],
  [{ phone: '966500000002', message: '' }, 'message is required'],
  [{ phone: '12', message: 'a' }, 'no number with its country code'],
  [{ phone: '966500000002', message: 'a'.repeat(70_000) }, 'at most 65536'],
  [{ phone: '966500000002', message: 'a', key: 5 }, 'key: a text'],
  [{ clientId: 5, phone: '966500000002', message: 'a' }, 'clientId must be a text'],
  ['x', 'The body must be JSON'],
])('sending %j is refused', async (body, error) => {
  await call('create', { body: { clientId: 'default' } });
  expect(await call('sendText', { body })).toMatchObject({
    status: 400,
    body: { success: false, error: expect.stringContaining(error) as string },
  });
  expect(page.handed).toEqual([]);
});

test('the file of a message is given as it is, to be saved; what is not kept is 404 with the reason', async () => {
  await call('create', { body: { clientId: 'shop-1' } });
  const files = new MediaFiles(mediaFolder(directory, 'shop-1'));
  const draft = await files.draft(Readable.from([Buffer.from('<b'), Buffer.from('>!')]), 4);
  const kept: KeptMedia = {
    message: 'm1',
    chat: 'x@c.us',
    mime: 'text/html; charset=utf-8',
    name: 'naïve\r\n".html\ud800',
    bytes: 4,
    state: 'saved',
    file: await files.keep(draft, { message: 'm1', mime: 'text/html' }),
  };
  const put = (data: KeptMedia): Promise<void> =>
    media.commit([{ put: { key: `id-shop-1/${data.message}`, group: 'g', at: 0, data } }]);
  await put(kept);
  await put({ ...kept, message: 'm2', state: 'too-large', file: null });
  await put({ ...kept, message: 'm3', file: '../../../etc/passwd' });
  const ask = (clientId: string, messageId: string): Promise<Response> =>
    http.media(new Request('http://localhost/'), context({ clientId, messageId }));
  const given = await ask('shop-1', 'm1');
  expect([given.status, await given.text()]).toEqual([200, '<b>!']);
  expect(given.headers.get('content-length')).toBe('4');
  expect(given.headers.get('content-type')).toBe('application/octet-stream');
  expect(given.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''na%C3%AFve/);
  const large = await ask('shop-1', 'm2');
  expect([large.status, await large.json()]).toMatchObject([404, { success: false, state: 'too-large' }]);
  expect((await ask('shop-1', 'm3')).status).toBe(400);
  expect((await ask('shop-1', 'm4')).status).toBe(404);
  expect((await ask('../x', 'm1')).status).toBe(404);
  await rm(mediaFolder(directory, 'shop-1'), { recursive: true });
  expect((await ask('shop-1', 'm1')).status).toBe(404);
});
