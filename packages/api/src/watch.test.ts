import type { ServerResponse } from 'node:http';
import { firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { openTestServer } from './test-server.ts';
import { unixFetch } from './unix-fetch.ts';
import { watch, type WatchEvent } from './watch.ts';

const send = (response: ServerResponse, ...messages: unknown[]): void => {
  response.setHeader('content-type', 'text/event-stream');
  for (const message of messages) response.write(`data: ${JSON.stringify(message)}\n\n`);
};
const event = (seq: number): unknown => ({ kind: 'event', event: { seq, at: 0, level: 'info', type: 't.t', message: 'm' } });
const kinds = (events: readonly WatchEvent[]): string[] => events.map(({ kind }) => kind);

describe('a watch', () => {
  it('comes back after a lost connection and asks for what followed the last event', async () => {
    const asked: (string | undefined)[] = [];
    await using server = await openTestServer((request, response) => {
      asked.push(request.url);
      if (asked.length === 1) {
        send(response, { kind: 'hello', lastSeq: 5 }, event(6));
        response.end();
      } else if (asked.length === 2) response.destroy();
      else send(response, { kind: 'hello', lastSeq: 9 }, event(7));
    });
    const client = createClient({ fetch: unixFetch(server.path) });
    const seen = await firstValueFrom(watch(client, { topics: ['event'], retryMs: 1 }).pipe(take(8), toArray()));
    expect(kinds(seen)).toEqual(['up', 'hello', 'event', 'down', 'down', 'up', 'hello', 'event']);
    expect(asked).toEqual(['/v1/watch?topics=event', '/v1/watch?topics=event&after=6', '/v1/watch?topics=event&after=6']);
  });

  it('goes on from the greeting when no event came, and from where it lagged', async () => {
    const asked: (string | undefined)[] = [];
    await using server = await openTestServer((request, response) => {
      asked.push(request.url);
      if (asked.length === 1) send(response, { kind: 'hello', lastSeq: 5 }, { kind: 'bye', reason: 'stopped' });
      else if (asked.length === 2) send(response, { kind: 'hello', lastSeq: 5 }, { kind: 'lagged', lastSeq: 50 });
      if (asked.length > 2) send(response, { kind: 'hello', lastSeq: 50 });
      else response.end();
    });
    const client = createClient({ fetch: unixFetch(server.path) });
    const seen = await firstValueFrom(watch(client, { retryMs: 1 }).pipe(take(10), toArray()));
    expect(kinds(seen)).toEqual(['up', 'hello', 'bye', 'down', 'up', 'hello', 'lagged', 'down', 'up', 'hello']);
    expect(seen[3]).toMatchObject({ kind: 'down', reason: 'stopped' });
    expect(asked.slice(1)).toEqual(['/v1/watch?after=5', '/v1/watch?after=50']);
  });

  it('ends with the error when trying again cannot help', async () => {
    await using server = await openTestServer((_request, response) =>
      response.writeHead(401).end('{"error":{"code":"UNAUTHORIZED","message":"no"}}'),
    );
    const client = createClient({ fetch: unixFetch(server.path) });
    await expect(firstValueFrom(watch(client))).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('leaves the host when nobody is subscribed any more', async () => {
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    await using server = await openTestServer((_request, response) => {
      response.on('close', left);
      send(response, { kind: 'hello', lastSeq: 0 });
    });
    await firstValueFrom(watch(createClient({ fetch: unixFetch(server.path) })));
    await expect(gone).resolves.toBeUndefined();
  });
});
