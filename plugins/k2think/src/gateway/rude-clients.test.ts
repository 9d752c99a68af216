import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ask, messages, MODEL, openGateway, type TestGateway } from '../testing/test-gateway.ts';
import { keyAccounts, TOKEN } from '../testing/test-service.ts';

const HEAD = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;
const post = (headers: string, body: string): string => `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}${headers}\r\n${body}`;
const chat = (stream: boolean): string => {
  const body = JSON.stringify({ model: MODEL, messages, stream });
  return post(`Content-Length: ${Buffer.byteLength(body)}\r\n`, body);
};
const STATS = `GET /v1/muster/stats HTTP/1.1\r\n${HEAD}\r\n`;

/** Says these bytes, and hangs up without a word once `enough` came back, or the gateway closes. Gives what it heard. */
const say = ({ url }: TestGateway, bytes: string | Buffer, enough = /\r\n\r\n/): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (piece) => {
      heard += piece.toString('latin1');
      if (enough.test(heard)) socket.resetAndDestroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
const statuses = (heard: string): string[] => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);

const expectFree = async (set: TestGateway): Promise<void> => {
  await expect.poll(() => set.test.service.stats()).toMatchObject({ inFlight: 0, waiting: 0 });
  set.simulator.turn({ tokenMs: 0, latencyMs: 0, frames: 8 });
  expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
};

describe('bytes that are no request', () => {
  test.each([
    ['noise', Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 167 + 13) % 256)), '400'],
    ['a greeting of TLS', Buffer.from('16030100a5010000a10303', 'hex'), '400'],
    ['two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef'), '400'],
    ['a length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${STATS}`), '400'],
    ['chunks said twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n', '0\r\n\r\n'), '400'],
    ['a chunk without a length', post('Transfer-Encoding: chunked\r\n', 'zz\r\n'), '400'],
    ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), '400'],
    ['headers without an end', post(`X-Long: ${'a'.repeat(100_000)}\r\n`, ''), '431'],
    ['lists within lists', post('Content-Length: 200000\r\n', '['.repeat(200_000)), '400'],
  ])('%s get one answer, and the next client is served', async (_, bytes, status) => {
    await using set = await openGateway(keyAccounts(1));
    expect(statuses(await say(set, bytes))).toEqual([status]);
    expect(set.simulator.counters()['chats'] ?? 0).toBe(0);
    await expectFree(set);
  });
});

describe('a client that hangs up without a word', () => {
  const config = { maxConcurrentPerAccount: 4, rateLimitPerAccount: 1_000 };

  test('in the middle of its request takes no account', async () => {
    await using set = await openGateway(keyAccounts(1), { config });
    const halves = [
      `POST /v1/chat`,
      post('Content-Length: 300\r\n', '{"mod'),
      post('Transfer-Encoding: chunked\r\n', '5\r\n{"a'),
    ];
    await Promise.all(
      halves.map(
        (half) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(new URL(set.url).port), '127.0.0.1', () =>
              socket.write(half, () => void socket.resetAndDestroy()),
            );
            socket.on('close', () => resolve());
          }),
      ),
    );
    await expectFree(set);
  });

  test.each([
    ['a slow one', { tokenMs: 50, frames: 1_000 }],
    ['one that fills every buffer', { tokenMs: 0, frames: 50_000 }],
  ])('in the middle of a stream, %s, with three more behind it, gives all accounts back', async (_, knobs) => {
    await using set = await openGateway(keyAccounts(1), { config, knobs });
    await say(set, chat(true) + chat(true) + chat(false) + chat(true), /data: /);
    await expectFree(set);
  });
});
