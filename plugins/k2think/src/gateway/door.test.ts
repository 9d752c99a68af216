import { request, type IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { keyAccounts, TOKEN } from '../testing/test-service.ts';
import { openGateway } from '../testing/test-gateway.ts';

describe('the door', () => {
  const call = (
    url: string,
    {
      path = '/v1/models',
      method = 'GET',
      headers = {},
      body = '',
    }: { path?: string; method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(new URL(path, url), { method, headers }, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (piece) => (text += piece))
          .on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      });
      sent.on('error', reject).end(body);
    });
  const authorization = `Bearer ${TOKEN}`;
  const chat = { path: '/v1/chat/completions', method: 'POST' };

  test.each([
    ['no token', {}, 401, 'invalid_api_key'],
    ['a wrong token', { headers: { authorization: 'Bearer mst_other' } }, 401, 'invalid_api_key'],
    ['no bearer', { headers: { authorization: `Basic ${TOKEN}` } }, 401, 'invalid_api_key'],
    ['another name for this machine', { headers: { authorization, host: 'evil.example:80' } }, 421, 'WRONG_HOST'],
    ['a page of another site', { headers: { authorization, origin: 'https://evil.example' } }, 403, 'FORBIDDEN'],
    ['a path that there is not', { path: '/v2', headers: { authorization } }, 404, 'unknown_url'],
    ['another method', { ...chat, method: 'GET', headers: { authorization } }, 405, 'unknown_url'],
    ['no JSON', { ...chat, headers: { authorization }, body: '{' }, 400, 'invalid_request'],
    ['no object', { ...chat, headers: { authorization }, body: '[]' }, 400, 'invalid_request'],
    ['no model', { ...chat, headers: { authorization }, body: '{"messages":[{}]}' }, 400, 'invalid_request'],
    [
      'a model of many letters',
      { ...chat, headers: { authorization }, body: `{"model":"${'m'.repeat(300)}","messages":[{}]}` },
      400,
      'invalid_request',
    ],
    ['no messages', { ...chat, headers: { authorization }, body: '{"model":"m","messages":[]}' }, 400, 'invalid_request'],
    [
      'a stream of 7',
      { ...chat, headers: { authorization }, body: '{"model":"m","messages":[{}],"stream":7}' },
      400,
      'invalid_request',
    ],
    ['too long a body', { ...chat, headers: { authorization }, body: 'x'.repeat(3_000) }, 413, 'request_too_large'],
    [
      'a long body in pieces',
      { ...chat, headers: { authorization, 'transfer-encoding': 'chunked' }, body: 'x'.repeat(3_000) },
      413,
      'request_too_large',
    ],
    [
      'a packed body',
      { ...chat, headers: { authorization, 'content-encoding': 'gzip' }, body: 'x' },
      415,
      'unsupported_encoding',
    ],
  ])('%s is refused', async (_, how, status, code) => {
    await using set = await openGateway(keyAccounts(1), { config: { maxBodyBytes: 2_048 } });
    const answer = await call(set.url, how);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code, message: expect.any(String) as string } });
    expect(set.simulator.counters()['chats'] ?? 0).toBe(0);
  });

  test('HEAD is answered as GET, without a body', async () => {
    await using set = await openGateway(keyAccounts(1));
    expect(await call(set.url, { method: 'HEAD', headers: { authorization } })).toMatchObject({ status: 200, text: '' });
    expect(await call(set.url, { ...chat, method: 'HEAD', headers: { authorization } })).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    });
  });

  test('the browser of a local page may ask first, and read the answer; that of another site may not', async () => {
    await using set = await openGateway(keyAccounts(1));
    const origin = 'http://localhost:3000';
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' };
    expect(await call(set.url, { ...chat, method: 'OPTIONS', headers: { origin, ...asks } })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': expect.stringContaining('authorization') as string,
      },
    });
    const answer = await call(set.url, { headers: { origin, authorization } });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin, vary: 'Origin' } });
    // What went wrong can be read, too.
    expect((await call(set.url, { headers: { origin } })).headers['access-control-allow-origin']).toBe(origin);
    const evil = await call(set.url, { ...chat, method: 'OPTIONS', headers: { origin: 'https://evil.example', ...asks } });
    expect(evil.status).toBe(403);
    expect(evil.headers['access-control-allow-origin']).toBeUndefined();
    expect((await call(set.url, { ...chat, method: 'OPTIONS' })).status).toBe(401);
  });
});
