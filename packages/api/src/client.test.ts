import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient, urlOf } from './client.ts';
import { hostSocket } from './host-info.ts';
import { openTestServer } from './test-server.ts';
import { unixFetch } from './unix-fetch.ts';

const pieces = async function* (...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
};

describe('a call', () => {
  it('fills path, query and body, and brings the token', async () => {
    let seen: unknown;
    await using server = await openTestServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { authorization, 'content-type': type } = request.headers;
        seen = { method: request.method, url: request.url, authorization, type, body };
        response.setHeader('content-type', 'application/json').end('{"id":"a/b"}');
      });
    });
    const client = createClient({ fetch: unixFetch(server.path), token: 't' });
    expect(await client.call('editAccount', { params: { id: 'a/b ?#' }, body: { tags: ['x'] } })).toEqual({ id: 'a/b' });
    expect(seen).toEqual({
      method: 'PATCH',
      url: '/v1/accounts/a%2Fb%20%3F%23',
      authorization: 'Bearer t',
      type: 'application/json',
      body: '{"tags":["x"]}',
    });
    await client.call('listAccounts', { query: { where: 'level>=30 & a', limit: 5 } });
    expect(seen).toMatchObject({ url: '/v1/accounts?where=level%3E%3D30+%26+a&limit=5', body: '' });
  });

  it('refuses an id that would change the path', () => {
    for (const id of ['', '.', '..'])
      expect(() => urlOf('http://x', '/v1/jobs/{id}', { params: { id } })).toThrow('not a possible id');
  });

  it('throws what the host answered', async () => {
    await using server = await openTestServer((_request, response) =>
      response.writeHead(409).end('{"error":{"code":"NOTHING_AVAILABLE","message":"dry","retryAfterMs":5,"details":{"a":1}}}'),
    );
    await expect(createClient({ fetch: unixFetch(server.path) }).call('getStatus')).rejects.toMatchObject({
      name: 'ApiError',
      code: 'NOTHING_AVAILABLE',
      message: 'dry',
      retryAfterMs: 5,
      details: { a: 1 },
    });
  });

  it('says so when something else answers', async () => {
    await using server = await openTestServer((_request, response) => response.writeHead(502).end('<html>'));
    await expect(createClient({ fetch: unixFetch(server.path) }).call('getStatus')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: /status 502/,
    });
  });

  it('is HOST_GONE without a host, and ABORTED when stopped', async () => {
    const nobody = createClient({ fetch: unixFetch('/nowhere/host.sock') });
    await expect(nobody.call('getStatus')).rejects.toMatchObject({ code: 'HOST_GONE', message: /muster serve/ });
    await using server = await openTestServer(() => undefined);
    const stop = new AbortController();
    const call = createClient({ fetch: unixFetch(server.path) }).call('getStatus', {}, stop.signal);
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a stream', () => {
  it('reads lines however they are cut, while the upload still goes on', async () => {
    const received: string[] = [];
    await using server = await openTestServer((request, response) => {
      response.setHeader('content-type', 'application/x-ndjson');
      request.on('data', (chunk: Buffer) => {
        received.push(chunk.toString());
        response.write(`{"kind":"warning","reason":"${chunk.toString()}ä`.slice(0, -1));
        response.write('ä"}\n\n');
      });
      request.on('end', () => response.end('{"kind":"warning","reason":"end"}'));
    });
    const client = createClient({ fetch: unixFetch(server.path) });
    let answered: () => void = () => undefined;
    const firstAnswer = new Promise<void>((resolve) => (answered = resolve));
    const upload = (async function* () {
      yield* pieces('one');
      // Would never resolve if answers were read only after the upload.
      await firstAnswer;
      yield* pieces('two');
    })();
    const reasons: string[] = [];
    for await (const line of client.stream('importAccounts', { params: { plugin: 'p' }, query: {} }, { upload })) {
      if (line.kind === 'warning') reasons.push(line.reason);
      answered();
    }
    expect(reasons).toEqual(['oneä', 'twoä', 'end']);
    expect(received).toEqual(['one', 'two']);
  });

  it('throws what the uploaded file failed with', async () => {
    await using server = await openTestServer((request, response) => {
      request.on('error', () => undefined).resume();
      response.setHeader('content-type', 'application/x-ndjson').write('{"kind":"warning","reason":"so far"}\n');
    });
    const broken = (async function* () {
      yield* pieces('one');
      throw new Error('the disk is gone');
    })();
    const read = async (): Promise<void> => {
      const { stream } = createClient({ fetch: unixFetch(server.path) });
      for await (const _ of stream('importAccounts', { params: { plugin: 'p' } }, { upload: broken }));
    };
    await expect(read()).rejects.toThrow('the disk is gone');
  });

  it('reads server-sent events and passes over heartbeats', async () => {
    await using server = await openTestServer((_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.end(':\n\ndata: {"kind":"hello","lastSeq":1}\n\n:\n\ndata: {"kind":"lagged",\ndata: "lastSeq":4}\n\n');
    });
    const seen = [];
    for await (const message of createClient({ fetch: unixFetch(server.path) }).stream('watch')) seen.push(message);
    expect(seen).toEqual([
      { kind: 'hello', lastSeq: 1 },
      { kind: 'lagged', lastSeq: 4 },
    ]);
  });

  it('ends the connection when the reader leaves', async () => {
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    await using server = await openTestServer((_request, response) => {
      response.on('close', left);
      response.setHeader('content-type', 'text/event-stream').write('data: {"kind":"hello","lastSeq":1}\n\n');
    });
    for await (const _ of createClient({ fetch: unixFetch(server.path) }).stream('watch')) break;
    await expect(gone).resolves.toBeUndefined();
  });

  it('is HOST_GONE when the host dies in the middle', async () => {
    await using server = await openTestServer((_request, response) => {
      response.setHeader('content-type', 'text/event-stream').write('data: {"kind":"hello","lastSeq":1}\n\n');
    });
    const read = async (): Promise<void> => {
      for await (const _ of createClient({ fetch: unixFetch(server.path) }).stream('watch')) server.cut();
    };
    await expect(read()).rejects.toMatchObject({ code: 'HOST_GONE' });
  });
});

it('finds the socket of a host by its data directory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-info-'));
  await expect(hostSocket(folder)).rejects.toMatchObject({ code: 'HOST_GONE', message: /No host runs/ });
  await writeFile(join(folder, 'host.json'), '{"pid":');
  await expect(hostSocket(folder)).rejects.toMatchObject({ code: 'HOST_GONE' });
  await writeFile(join(folder, 'host.json'), '{"pid":7,"socket":null}');
  await expect(hostSocket(folder)).rejects.toMatchObject({ message: /pid 7\) runs standalone/ });
  await writeFile(join(folder, 'host.json'), '{"pid":7,"socket":"/s"}');
  expect(await hostSocket(folder)).toBe('/s');
  await rm(folder, { recursive: true });
});
