import { readFile, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { createClient, PATHS, type ApiError } from '@muster/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from '../testing/test-host.ts';
import { parseTcp } from './listen.ts';

let test: TestHost;
let reader: string;
let admin: string;
beforeAll(async () => {
  test = await openTestHost();
  reader = (await test.client.call('createToken', { body: { name: 'reader', scopes: ['read'] } })).token;
  admin = (await test.client.call('createToken', { body: { name: 'root', scopes: ['read', 'operate', 'secrets', 'admin'] } }))
    .token;
});
afterAll(() => test[Symbol.asyncDispose]());

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });
const codeOf = async (answer: Promise<Response>): Promise<[number, string | undefined]> => {
  const response = await answer;
  const body = (await response.json()) as { error?: { code: string } };
  return [response.status, body.error?.code];
};
/** With headers that `fetch` would not let through. */
const raw = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const url = new URL(`http://${test.host.tcp}${path}`);
    const request = httpRequest({ host: url.hostname, port: url.port, path: url.pathname, method, headers });
    request
      .on('response', (response) => (response.resume(), resolve(response.statusCode ?? 0)))
      .on('error', reject)
      .end();
  });

describe('over TCP', () => {
  it('nobody gets in without a token, and nothing tells a wrong token from an unknown one', async () => {
    expect(await codeOf(test.http('/v1/status'))).toEqual([401, 'UNAUTHORIZED']);
    expect((await test.http('/v1/status')).headers.get('www-authenticate')).toBe('Bearer');
    const wrong = [
      'x',
      'muster_',
      admin.slice(0, -1),
      `${admin.slice(0, -1)}${admin.endsWith('A') ? 'B' : 'A'}`,
      admin.toUpperCase(),
    ];
    wrong.push(`muster_0000000000000000_${admin.split('_').slice(2).join('_')}`, `${admin} x`);
    for (const token of wrong) expect(await codeOf(test.http('/v1/status', bearer(token)))).toEqual([401, 'UNAUTHORIZED']);
    const basic = { headers: { authorization: `Basic ${Buffer.from(`a:${admin}`).toString('base64')}` } };
    expect(await codeOf(test.http('/v1/status', basic))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('a token reaches as far as its scopes', async () => {
    const post = (path: string, token: string): Promise<Response> =>
      test.http(path, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
    expect((await test.http('/v1/status', bearer(reader))).status).toBe(200);
    expect((await test.http('/metrics', bearer(reader))).status).toBe(200);
    for (const path of ['/v1/accounts', '/v1/accounts/x/reveal', '/v1/stop', '/v1/vault/lock', '/v1/tokens', '/v1/store/check']) {
      expect(await codeOf(post(path, reader))).toEqual([403, 'FORBIDDEN']);
    }
    expect(await codeOf(test.http('/v1/tokens', bearer(reader)))).toEqual([403, 'FORBIDDEN']);
    expect((await test.http('/v1/tokens', bearer(admin))).status).toBe(200);
  });

  it('an export with secrets needs more than reading', async () => {
    const body = JSON.stringify({ format: 'list', withSecrets: true });
    const init = { method: 'POST', body, headers: { authorization: `Bearer ${reader}`, 'content-type': 'application/json' } };
    expect(await codeOf(test.http('/v1/plugins/farm/export', init))).toEqual([403, 'FORBIDDEN']);
  });

  it('a token ends when it is revoked', async () => {
    const { token, info } = await test.client.call('createToken', { body: { name: 'short', scopes: ['read'] } });
    expect((await test.http('/v1/status', bearer(token))).status).toBe(200);
    await test.client.call('revokeToken', { params: { id: info.id } });
    expect(await codeOf(test.http('/v1/status', bearer(token)))).toEqual([401, 'UNAUTHORIZED']);
    await expect(test.client.call('revokeToken', { params: { id: info.id } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a token is not stored, and its use is noted', async () => {
    await test.http('/v1/status', bearer(reader));
    const tokens = await test.client.call('listTokens');
    expect(JSON.stringify(tokens)).not.toContain(reader.split('_').slice(2).join('_'));
    expect(tokens.find(({ name }) => name === 'reader')?.lastUsedAt).toBeTypeOf('number');
  });

  it('names of tokens are given once, and `local` never', async () => {
    await expect(test.client.call('createToken', { body: { name: 'reader', scopes: ['read'] } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(test.client.call('createToken', { body: { name: 'local', scopes: ['read'] } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(
      test.client.call('createToken', { body: { name: 'past', scopes: ['read'], expiresAt: 1 } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('another name for this machine is not answered (DNS rebinding)', async () => {
    const port = test.host.tcp?.split(':')[1];
    const headers = { authorization: `Bearer ${admin}` };
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      'localhost',
      `127.0.0.1.evil.example:${port}`,
    ]) {
      expect(await raw('/v1/status', { ...headers, host })).toBe(421);
      expect(await raw('/healthz', { host })).toBe(421);
    }
    expect(await raw('/v1/status', { ...headers, host: `LocalHost:${port}` })).toBe(200);
  });

  it('pages of other origins are refused, even with a token', async () => {
    const headers = { authorization: `Bearer ${admin}` };
    for (const origin of [
      'http://evil.example',
      'null',
      'https://localhost',
      `https://${test.host.tcp}`,
      `http://${test.host.tcp}.evil.example`,
    ]) {
      expect(await raw('/v1/status', { ...headers, origin })).toBe(403);
    }
    expect(await raw('/v1/status', { ...headers, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await raw('/v1/status', { ...headers, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await raw('/v1/status', { ...headers, origin: `http://${test.host.tcp}` })).toBe(200);
  });

  it('health is told to everybody on this machine, and nothing else', async () => {
    expect(await (await test.http('/healthz')).json()).toEqual({ status: 'running' });
    expect(await codeOf(test.http('/metrics'))).toEqual([401, 'UNAUTHORIZED']);
    expect(await codeOf(test.http('/openapi.json'))).toEqual([401, 'UNAUTHORIZED']);
    expect(await codeOf(test.http('/v1/nothing'))).toEqual([401, 'UNAUTHORIZED']);
  });

  it.each(['0.0.0.0:1', '192.168.1.1:80', 'example.com:80', '[::]:80', '127.0.0.1', '127.0.0.1:99999', '', ':', '127.evil:1'])(
    'is not opened on "%s"',
    (where) => expect(() => parseTcp(where)).toThrow(/loopback only/),
  );

  it('is opened on loopback in its spellings', () => {
    expect(parseTcp('7777')).toEqual({ host: '127.0.0.1', port: 7777 });
    expect(parseTcp('localhost:1')).toEqual({ host: '127.0.0.1', port: 1 });
    expect(parseTcp('127.1.2.3:0')).toEqual({ host: '127.1.2.3', port: 0 });
    expect(parseTcp('[::1]:5')).toEqual({ host: '::1', port: 5 });
  });
});

describe('the socket', () => {
  it('is open to the owner only, and needs no token', async () => {
    expect((await stat(test.host.socket ?? '')).mode & 0o777).toBe(0o600);
    expect((await stat(join(test.host.socket ?? '', '..'))).mode & 0o777).toBe(0o700);
    expect((await test.client.call('getStatus')).pid).toBe(process.pid);
    const info = JSON.parse(await readFile(join(test.directory, 'host.json'), 'utf8')) as object;
    expect(info).toMatchObject({ pid: process.pid, version: '1.2.3', socket: test.host.socket, tcp: test.host.tcp });
  });

  it('is closed to pages too', async () => {
    const { fetch } = test.host;
    expect((await fetch('http://localhost/v1/status', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
  });
});

describe('a request', () => {
  const post = (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type: string | null = 'application/json',
  ): Promise<Response> =>
    test.host.fetch(`http://localhost${path}`, { method: 'POST', body, headers: type === null ? {} : { 'content-type': type } });

  it('with a body must be JSON by name, so that no form can send it', async () => {
    const body = '{"name":"form","scopes":["admin"]}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/octet-stream',
      '',
    ]) {
      expect(await codeOf(post('/v1/tokens', body, type))).toEqual([415, 'WRONG_TYPE']);
    }
    for (const type of ['text/plain', 'application/json']) {
      expect(await codeOf(post('/v1/plugins/farm/import', 'a,b\n', type))).toEqual([415, 'WRONG_TYPE']);
    }
    expect((await test.client.call('listTokens')).map(({ name }) => name)).not.toContain('form');
  });

  it('that is malformed is refused with the place', async () => {
    expect(await codeOf(post('/v1/tokens', '{"name":'))).toEqual([400, 'BAD_REQUEST']);
    expect(await codeOf(post('/v1/tokens', new Uint8Array([0xff, 0xfe])))).toEqual([400, 'BAD_REQUEST']);
    expect(await codeOf(post('/v1/tokens', '[]'))).toEqual([422, 'BAD_INPUT']);
    expect(await codeOf(post('/v1/tokens', ''))).toEqual([422, 'BAD_INPUT']);
    expect(await codeOf(post('/v1/tokens', '['.repeat(200_000)))).toEqual([400, 'BAD_REQUEST']);
    await expect(test.client.call('createToken', { body: { name: '', scopes: [] } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: /name: .*scopes: /,
    });
  });

  it('with a key or parameter that is not known is refused: it is misspelt', async () => {
    expect(await codeOf(post('/v1/accounts/remove', '{"selection":{"plugn":"farm","all":true}}'))).toEqual([422, 'BAD_INPUT']);
    expect(await codeOf(post('/v1/tokens', '{"name":"a","scopes":["read"],"expires":1}'))).toEqual([422, 'BAD_INPUT']);
    expect(await codeOf(test.host.fetch('http://localhost/v1/accounts?were=x'))).toEqual([422, 'BAD_INPUT']);
    expect(await codeOf(test.host.fetch('http://localhost/v1/accounts?limit=-1'))).toEqual([422, 'BAD_INPUT']);
  });

  it('that is too large is cut off, whatever its length says', async () => {
    const large = `{"selection":{"all":true,"where":"${'x'.repeat(5 * 1024 * 1024)}"}}`;
    expect(await codeOf(post('/v1/accounts/remove', large))).toEqual([413, 'TOO_LARGE']);
    const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
    let sent = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (; sent < 1_000; sent += 1) yield piece;
    };
    const init = {
      method: 'POST',
      body: ReadableStream.from(endless()),
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    };
    expect(await codeOf(test.host.fetch('http://localhost/v1/accounts/remove', init as RequestInit))).toEqual([413, 'TOO_LARGE']);
    expect(sent).toBeLessThan(100);
  });

  it('for what is not there says so', async () => {
    await expect(test.client.call('getAccount', { params: { id: 'nobody' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test.client.call('getJob', { params: { id: 'nojob' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test.client.call('listTasks', { params: { id: 'nojob' }, query: {} })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(test.client.call('getPlugin', { params: { plugin: 'nop' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test.client.call('answerPrompt', { params: { id: 'nop' }, body: { text: '' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(test.client.bytes('promptImage', { params: { id: 'nop' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await codeOf(test.host.fetch('http://localhost/v1/%2e%2e/%00'))).toEqual([404, 'NOT_FOUND']);
  });

  it('has no effect as a GET', async () => {
    const changing = Object.values(PATHS).filter((route) => !route.startsWith('GET '));
    const before = JSON.stringify([await test.client.call('listTokens'), await test.client.call('vaultStatus')]);
    for (const route of changing) {
      const path = route.split(' ')[1]?.replaceAll(/\{\w+\}/g, 'x') ?? '';
      if ((Object.values(PATHS) as string[]).some((other) => other === `GET ${route.split(' ')[1]}`)) continue;
      const response = await test.host.fetch(`http://localhost${path}`);
      expect([path, response.status]).toEqual([path, 404]);
    }
    expect(JSON.stringify([await test.client.call('listTokens'), await test.client.call('vaultStatus')])).toBe(before);
    expect((await test.client.call('getStatus')).pid).toBe(process.pid);
  });
});

it('a token ends by itself at its time', async () => {
  // A time that has come before the host looks at it is refused: then a later one.
  const brief = (ms: number): Promise<{ readonly token: string }> =>
    test.client
      .call('createToken', { body: { name: 'brief', scopes: ['read'], expiresAt: Date.now() + ms } })
      .catch((error: unknown) => {
        if ((error as ApiError).code !== 'BAD_INPUT') throw error;
        return brief(ms * 4);
      });
  const { token } = await brief(60);
  const client = createClient({ fetch, baseUrl: `http://${test.host.tcp}`, token });
  await expect
    .poll(() =>
      client.call('getStatus').then(
        () => 'in',
        (error: unknown) => (error as ApiError).code,
      ),
    )
    .toBe('UNAUTHORIZED');
});
