import { ApiError, watch, type SessionRow, type WatchEvent } from '@muster/api';
import { openWireServer, wirePlugin, type WireServer } from '@muster/core/testing';
import type { HttpHandler, Plugin } from '@muster/sdk';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openTestHost, type TestHost } from '../testing/test-host.ts';
import { qrPng } from './qr-png.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };
let server: WireServer;
let test: TestHost;
let ids: Record<string, string> = {};

/** The wire with a path of its own that tells which sessions its caller reaches. */
const withPath = (): Plugin => {
  const list: HttpHandler<unknown, unknown> = async (_request, { sessions }) =>
    Response.json(sessions.list().map(({ label }) => label));
  const routes = { list: { method: 'GET', path: '/wire/list', summary: 'Who is there', scopes: ['read'] } } as const;
  return { ...wirePlugin(), http: { routes, load: async () => ({ default: { list } }) } };
};

beforeEach(async () => {
  server = await openWireServer();
  test = await openTestHost({ plugins: [withPath()] });
  await test.client.call('configurePlugin', { params: { plugin: 'wire' }, body: { port: server.port } });
  ids = {};
  for (const name of ['ann', 'ben', 'cid']) {
    ids[name] = (await test.client.call('addAccount', { body: { plugin: 'wire', data: { name } } })).id;
  }
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
  await server.close();
});

const open = (account: string) => test.client.call('openSession', { params: { account }, body: {} });
const see = (account: string, state: SessionRow['state']) =>
  vi.waitFor(async () => {
    const session = await test.client.call('getSession', { params: { account } });
    expect(session.state).toBe(state);
    return session;
  }, PATIENCE);
const ready = async (...names: readonly string[]): Promise<void> => {
  server.know(...names);
  for (const name of names) await open(name);
  for (const name of names) await see(name, 'ready');
};
const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof ApiError ? thrown.code : String(thrown)),
  );
const scan = async (png: Uint8Array): Promise<string | undefined> => {
  const { data, width, height } = PNG.sync.read(Buffer.from(png));
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data;
};

describe('the routes of sessions', () => {
  it('open by label or id, list with the limits, and close', async () => {
    server.know('ann');
    expect(await open('ann')).toMatchObject({ account: ids['ann'], open: true, openedBy: 'local' });
    await see(ids['ann'] ?? '', 'ready');
    const list = await test.client.call('listSessions', { query: {} });
    expect(list).toMatchObject({ sessions: [{ label: 'ann', state: 'ready', status: 'online' }], usage: { open: 1 } });
    expect(list.limits.max).toBeGreaterThan(0);
    expect(list.sessions[0]).not.toHaveProperty('history');
    const closed = await test.client.call('closeSession', { params: { account: 'ann' } });
    expect(closed).toMatchObject({ state: 'closed', open: false, why: 'closed by local' });
    expect(closed.history.map(({ state }) => state)).toEqual(['closed', 'ready', 'opening']);
    expect(server.goodbyes).toEqual(['ann']);
  });

  it('say what is wrong with a request', async () => {
    expect(await codeOf(open('nobody'))).toBe('NOT_FOUND');
    expect(await codeOf(test.client.call('closeSession', { params: { account: 'ann' } }))).toBe('NOT_FOUND');
    expect(await codeOf(test.client.call('sessionChallenge', { params: { account: 'ann' } }))).toBe('NOT_FOUND');
    const cow = await test.client.call('addAccount', { body: { plugin: 'farm', data: { name: 'cow' } } });
    expect(await codeOf(open(cow.id))).toBe('BAD_REQUEST');
    await ready('ben');
    expect(await codeOf(open('ben'))).toBe('CONFLICT');
    expect(await codeOf(test.client.call('sessionQr', { params: { account: 'ben' }, query: {} }))).toBe('NOT_FOUND');
    expect(await codeOf(test.client.call('sessionQr', { params: { account: 'ben' }, query: { scale: 21 } }))).toBe('BAD_INPUT');
  });

  it('show what is to be scanned as a picture that scans, as text and as JSON, until it was scanned', async () => {
    await open('ann');
    await see('ann', 'needs-operator');
    const picture = await test.client.bytes('sessionQr', { params: { account: 'ann' }, query: {} });
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await scan(await bytes(picture))).toBe('2@ann-1');
    const text = await test.client.bytes('sessionQr', { params: { account: 'ann' }, query: { format: 'text' } });
    expect((await bytes(text)).toString()).toBe('2@ann-1');
    const first = await test.client.call('sessionChallenge', { params: { account: 'ann' } });
    expect(first).toMatchObject({ kind: 'qr', text: '2@ann-1' });
    const { challenge } = await test.client.call('getSession', { params: { account: 'ann' } });
    expect(challenge).toEqual({ kind: 'qr', shownAt: first.shownAt, expiresAt: first.expiresAt });

    server.renew('ann');
    await vi.waitFor(async () => {
      const now = await test.client.call('sessionChallenge', { params: { account: 'ann' } });
      expect(now.text).toBe('2@ann-2');
      expect(now.shownAt).toBeGreaterThan(first.shownAt);
    }, PATIENCE);
    server.scan('ann');
    await see('ann', 'ready');
    expect(await codeOf(test.client.bytes('sessionQr', { params: { account: 'ann' }, query: {} }))).toBe('NOT_FOUND');
  });

  it('are counted in the metrics', async () => {
    await ready('ann', 'ben');
    await open('cid');
    await see('cid', 'needs-operator');
    const { token } = await test.client.call('createToken', { body: { name: 'prometheus', scopes: ['read'] } });
    const text = await (await test.http('/metrics', { headers: { authorization: `Bearer ${token}` } })).text();
    expect(text).toContain('muster_sessions{plugin="wire",state="ready"} 2\n');
    expect(text).toContain('muster_sessions{plugin="wire",state="needs-operator"} 1\n');
    expect(text).toMatch(/muster_sessions_limit [1-9]/);
    expect(text).toMatch(/muster_sessions_memory_bytes [1-9]/);
  });

  it('tell of changes on a watch, and give nobody there what is to be scanned', async () => {
    const seen: WatchEvent[] = [];
    const watching = watch(test.client, { topics: ['sessions'] }).subscribe((message) => seen.push(message));
    await open('ann');
    const states = (): unknown[] =>
      seen.flatMap((message) => (message.kind === 'sessions' ? message.sessions.map(({ state }) => state) : []));
    await vi.waitFor(() => expect(states()).toContain('needs-operator'), PATIENCE);
    server.scan('ann');
    await vi.waitFor(() => expect(states()).toContain('ready'), PATIENCE);
    expect(JSON.stringify(seen)).not.toContain('2@ann');
    watching.unsubscribe();
  });
});

describe('the picture of a code', () => {
  it.each([1, 57, 239, 1_000, 2_953])('scans with a text of %i bytes', async (length) => {
    const text = 'Aé1,'.repeat(1_000);
    let part = text.slice(0, length);
    while (Buffer.byteLength(part) > length) part = part.slice(0, -1);
    const png = await qrPng(part, 4);
    expect(PNG.sync.read(png).width % 4).toBe(0);
    expect(await scan(png)).toBe(part);
  });
});

describe('a token that is limited to sessions', () => {
  const as = async (body: { name: string; sessions?: string[] | null; maxSessions?: number }) =>
    (await test.client.call('createToken', { body: { scopes: ['read', 'operate'], ...body } })).token;
  const get = (path: string, token: string, init: RequestInit = {}): Promise<Response> =>
    test.http(path, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });

  it('sees, opens and closes those, and finds the others as if they were not there', async () => {
    await ready('ann', 'cid');
    const token = await as({ name: 'tenant', sessions: ['ann', ids['ben'] ?? ''] });
    const list = (await (await get('/v1/sessions', token)).json()) as { sessions: { label: string }[]; usage: unknown };
    expect(list.sessions.map(({ label }) => label)).toEqual(['ann']);
    expect(list.usage).toMatchObject({ open: 1 });
    expect((await get('/v1/sessions/cid', token)).status).toBe(404);
    expect((await get(`/v1/sessions/${ids['cid']}`, token)).status).toBe(404);
    expect((await get('/v1/sessions/cid/close', token, { method: 'POST' })).status).toBe(404);
    expect((await get('/v1/sessions/ann/close', token, { method: 'POST' })).status).toBe(200);
    expect((await get('/v1/sessions/cid/open', token, { method: 'POST' })).status).toBe(404);
    server.know('ben');
    expect((await get('/v1/sessions/ben/open', token, { method: 'POST' })).status).toBe(200);
    await see('ben', 'ready');
    expect(server.connected()).toEqual(['cid', 'ben']);
  });

  it('opens no more at once than it may', async () => {
    const token = await as({ name: 'small', maxSessions: 1 });
    await ready('cid');
    expect((await get('/v1/sessions/ann/open', token, { method: 'POST' })).status).toBe(200);
    const refused = await get('/v1/sessions/ben/open', token, { method: 'POST' });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'SESSION_LIMIT' } }]);
    expect((await get('/v1/sessions/ann/close', token, { method: 'POST' })).status).toBe(200);
    expect((await get('/v1/sessions/ben/open', token, { method: 'POST' })).status).toBe(200);
  });

  it('is refused everywhere else', async () => {
    const token = await as({ name: 'tenant', sessions: ['ann'] });
    for (const path of ['/v1/accounts', '/v1/status', '/v1/events', '/v1/jobs', '/v1/plugins', '/metrics']) {
      expect([path, (await get(path, token)).status]).toEqual([path, 403]);
    }
    const run = { method: 'POST', body: JSON.stringify({ selection: { ids: [ids['ann']] }, input: { text: 'x' } }) };
    expect((await get('/v1/plugins/wire/actions/say', token, run)).status).toBe(403);
  });

  it('reaches as far through the paths of plugins', async () => {
    await ready('ann', 'ben');
    const token = await as({ name: 'tenant', sessions: ['ann'] });
    expect(await (await get('/wire/list', token)).json()).toEqual(['ann']);
    expect(await (await get('/wire/list', await as({ name: 'all', sessions: null }))).json()).toEqual(['ann', 'ben']);
  });

  it('watches those only', async () => {
    const token = await as({ name: 'tenant', sessions: ['ann'] });
    await ready('ann', 'ben');
    const leave = new AbortController();
    const answer = await test.http('/v1/watch?after=0', {
      headers: { authorization: `Bearer ${token}` },
      signal: leave.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const piece of answer.body ?? []) text += new TextDecoder().decode(piece);
    })().catch(() => undefined);
    await vi.waitFor(() => expect(text).toContain('"kind":"sessions"'), PATIENCE);
    server.cut('ben');
    server.cut('ann');
    await vi.waitFor(() => expect(text).toContain('ann: session lost'), PATIENCE);
    leave.abort();
    await reading;
    expect(text).not.toContain('ben');
    expect(text).not.toContain('"kind":"roster"');
    expect(text).not.toContain('token.created');
  });

  it('cannot be made with more than reading and operating', async () => {
    const body = { name: 'x', scopes: ['read', 'admin'] as ('read' | 'admin')[], sessions: ['ann'] };
    expect(await codeOf(test.client.call('createToken', { body }))).toBe('BAD_INPUT');
    expect(await codeOf(test.client.call('createToken', { body: { ...body, scopes: ['read'], sessions: [] } }))).toBe(
      'BAD_INPUT',
    );
    expect(await codeOf(test.client.call('createToken', { body: { name: 'y', scopes: ['read'], maxSessions: 0 } }))).toBe(
      'BAD_INPUT',
    );
    await as({ name: 'told', sessions: ['ann', 'ann'], maxSessions: 2 });
    expect(await test.client.call('listTokens')).toMatchObject([{ name: 'told', sessions: ['ann'], maxSessions: 2 }]);
  });
});

describe('a watch over WebSocket', () => {
  const connect = (path: string, headers: Record<string, string> = {}) => {
    const messages: { kind: string }[] = [];
    const socket = new WebSocket(`ws://${test.host.tcp}${path}`, { headers });
    const ended = new Promise<string>((resolve) => {
      socket.on('close', (code) => resolve(`closed ${code}`));
      socket.on('unexpected-response', (_request, response) => resolve(`refused ${response.statusCode}`));
      socket.on('error', () => undefined);
    });
    socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as { kind: string }));
    return { socket, messages, ended };
  };
  const token = async (...scopes: ('read' | 'operate')[]): Promise<string> =>
    (await test.client.call('createToken', { body: { name: `t${scopes.join('')}`, scopes } })).token;

  it('says the same as over SSE, message by message, and goodbye', async () => {
    const authorization = `Bearer ${await token('read')}`;
    const { messages, ended } = connect('/v1/watch?topics=sessions,event', { authorization });
    await vi.waitFor(() => expect(messages.map(({ kind }) => kind)).toEqual(['hello', 'sessions']), PATIENCE);
    server.know('ann');
    await open('ann');
    await vi.waitFor(() => expect(JSON.stringify(messages)).toContain('"state":"ready"'), PATIENCE);
    await test.host.stop('the test is over');
    expect(await ended).toBe('closed 1001');
    expect(messages.at(-1)).toMatchObject({ kind: 'bye' });
  });

  it('lets nobody in without a token, from a foreign page, for an unknown topic, or anywhere else', async () => {
    const authorization = `Bearer ${await token('read')}`;
    const operate = `Bearer ${await token('operate')}`;
    expect(await connect('/v1/watch').ended).toBe('refused 401');
    expect(await connect('/v1/watch', { authorization: `${authorization}x` }).ended).toBe('refused 401');
    expect(await connect('/v1/watch', { authorization: operate }).ended).toBe('refused 403');
    expect(await connect('/v1/watch', { authorization, origin: 'https://evil.example' }).ended).toBe('refused 403');
    expect(await connect('/v1/watch', { authorization, host: 'evil.example' }).ended).toBe('refused 421');
    expect(await connect('/v1/watch?topics=moon', { authorization }).ended).toBe('refused 422');
    expect(await connect('/v1/status', { authorization }).ended).toBe('refused 404');
  });

  it('ends quietly when the client goes', async () => {
    const authorization = `Bearer ${await token('read')}`;
    const { socket, messages, ended } = connect('/v1/watch', { authorization });
    await vi.waitFor(() => expect(messages.length).toBeGreaterThan(0), PATIENCE);
    socket.terminate();
    expect(await ended).toBe('closed 1006');
    server.know('ann');
    await open('ann');
    await see('ann', 'ready');
  });
});
