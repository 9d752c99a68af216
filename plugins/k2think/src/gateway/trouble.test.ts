import { describe, expect, test } from 'vitest';
import { keyAccounts, signIns } from '../testing/test-service.ts';
import { ask, messages, MODEL, openGateway, thrown, type TestGateway } from '../testing/test-gateway.ts';
import { openUpstream } from '../testing/test-upstream.ts';

describe('trouble of the service', () => {
  test('is tried again with another account, and no account is blamed', async () => {
    await using set = await openGateway(keyAccounts(3));
    set.simulator.fault('server-error', 2);
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-3' });
    expect(set.test.rotation.members.filter(({ out, restUntil }) => out || restUntil > 0)).toEqual([]);
  });

  test.each([500, 502, 503, 529])('%i that stays is handed on as it is, in the shape of OpenAI', async (errorStatus) => {
    await using set = await openGateway(signIns(2), { knobs: { errorRate: 1, errorStatus }, config: { maxRetries: 1 } });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error.status).toBe(errorStatus);
    expect(error.message).toContain('The service is in trouble.');
  });

  test('again and again: it is left alone for a moment, then one request tries', async () => {
    const config = { maxRetries: 0, breakerFailures: 3, breakerRestMs: 600_000 };
    await using set = await openGateway(keyAccounts(5), { knobs: { errorRate: 1 }, config });
    for (let time = 0; time < 3; time++) await thrown(ask(set));
    const asked = set.simulator.counters()['chats'];
    const error = await thrown(ask(set));
    expect(error).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect((error.error as { retryAfter: number }).retryAfter).toBeLessThanOrEqual(600_000);
    expect(set.simulator.counters()['chats']).toBe(asked);
    set.simulator.turn({ errorRate: 0 });
    set.test.turn(600_000);
    expect(await ask(set)).toMatchObject({ object: 'chat.completion' });
  });

  test('no answer in time: 504, once', async () => {
    await using set = await openGateway(keyAccounts(3), { config: { requestTimeoutMs: 1_000 } });
    set.simulator.fault('timeout', 3);
    const error = await thrown(ask(set));
    expect(error).toMatchObject({ status: 504, code: 'SERVICE_TIMEOUT' });
    expect(set.simulator.counters()['fault:timeout']).toBe(1);
  });

  test('nobody listens: 502 that says where, and no request is counted', async () => {
    await using set = await openGateway(keyAccounts(2), { config: { baseUrl: 'http://127.0.0.1:1/v1', maxRetries: 1 } });
    const error = await thrown(ask(set));
    expect(error.message).toContain('127.0.0.1:1');
    expect(set.test.rotation.figures().map(({ uses }) => uses)).toEqual([0, 0]);
  });

  test('an answer that is no completion', async () => {
    await using set = await openGateway(keyAccounts(1), {
      knobs: { errorBody: 'html', errorRate: 1, errorStatus: 500 },
      config: { maxRetries: 0 },
    });
    expect((await thrown(ask(set))).message).not.toContain('<html>');
  });
});

test.each([
  ['no list of choices', 'application/json', '{"choices":{"a":1}}'],
  ['a choice that is none', 'application/json', '{"choices":[null]}'],
  ['an event that is cut and holds no choice', 'text/event-stream', 'data: {"choices":[null]}'],
  ['an event that holds no choice', 'text/event-stream', 'data: {"choices":[null]}\n\n'],
])('an answer to a stream that has %s ends the call, and frees the account', async (_, type, body) => {
  await using service = await openUpstream((response) => response.writeHead(200, { 'content-type': type }).end(body));
  await using set = await openGateway(keyAccounts(1), { config: { ...service.config, maxRetries: 0 } });
  const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages, stream: true }));
  expect(error).toMatchObject({ status: 502, message: expect.stringContaining('no completion') as string });
  expect(set.test.service.stats().inFlight).toBe(0);
});

describe('a stream that breaks', () => {
  test('before its first chunk is tried with the next account', async () => {
    await using set = await openGateway(keyAccounts(2), { knobs: { stream: 'delta', errorAfter: 1, cutAfter: 0, frames: 3 } });
    set.simulator.turn({ errorAfter: 0 });
    set.simulator.fault('server-error');
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    const ids: unknown[] = [];
    for await (const chunk of stream) ids.push((chunk as unknown as Record<string, unknown>)['_accountId']);
    expect(ids[0]).toBe('acc-2');
  });

  test.each([
    ['the connection', { cutAfter: 3 }],
    ['an error of the service', { errorAfter: 3 }],
  ])('in the middle (%s) tells the client, with the account, and nothing is sent twice', async (_, knobs) => {
    await using set = await openGateway(keyAccounts(2), { knobs });
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    let text = '';
    const error = await thrown(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    );
    expect(text).toBe('The heron');
    expect(error.error).toMatchObject({ accountId: 'acc-1' });
    expect(set.simulator.counters()['chats']).toBe(1);
    await expect.poll(() => set.test.service.stats().inFlight).toBe(0);
  });
});

describe('a client that hangs up', () => {
  const expectFreed = async (set: TestGateway): Promise<void> => {
    await expect.poll(() => set.test.service.stats().inFlight).toBe(0);
    await expect.poll(() => set.simulator.counters()['hung-up'] ?? 0).toBe(1);
    set.simulator.turn({ latencyMs: 0, tokenMs: 0 });
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
  };
  const config = { maxConcurrentPerAccount: 1 };

  test('while the service thinks ends the request to the service and frees the account', async () => {
    await using set = await openGateway(keyAccounts(1), { knobs: { latencyMs: 60_000 }, config });
    const controller = new AbortController();
    const calling = set.openai.chat.completions.create({ model: MODEL, messages }, { signal: controller.signal });
    await expect.poll(() => set.test.service.stats().inFlight).toBe(1);
    controller.abort();
    await expect(calling).rejects.toThrow(/abort/i);
    await expectFreed(set);
  });

  test('in the middle of a stream does so too', async () => {
    await using set = await openGateway(keyAccounts(1), { knobs: { tokenMs: 200, frames: 1_000 }, config });
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    for await (const chunk of stream) if (chunk) break;
    await expectFreed(set);
  });
});
