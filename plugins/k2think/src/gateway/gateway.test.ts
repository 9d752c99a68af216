import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI, { RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import { keyAccounts, signIns, TOKEN } from '../testing/test-service.ts';
import { ask, messages, MODEL, openGateway, thrown, WORDS } from '../testing/test-gateway.ts';

describe('with the official client', () => {
  test('an answer names who gave it, in its body and its headers, and never an email', async () => {
    await using set = await openGateway(signIns(1));
    const { data, response } = await set.openai.chat.completions.create({ model: MODEL, messages }).withResponse();
    expect(data.choices[0]?.message.content).toBe(WORDS);
    expect(data).toMatchObject({ _accountId: 'acc-1', usage: { total_tokens: 15 } });
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({ 'x-muster-account-id': 'acc-1', 'x-muster-attempts': '1' });
    expect(headers['x-request-id']).toMatch(/^mst-/);
    expect(Number(headers['x-ratelimit-limit-requests'])).toBe(10);
    expect(JSON.stringify([data, headers])).not.toContain('@');
  });

  test.each([
    ['a key', keyAccounts(1)],
    ['a sign-in', signIns(1)],
  ])('streams of %s come whole, the account in the first and the last chunk', async (_, rows) => {
    await using set = await openGateway(rows, { knobs: { shape: 'think', pieceBytes: 7 } });
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    const chunks: unknown[] = [];
    let text = '';
    for await (const chunk of stream) {
      chunks.push(chunk);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(WORDS);
    expect([chunks[0], chunks.at(-1)]).toMatchObject([{ _accountId: 'acc-1' }, { _accountId: 'acc-1' }]);
  });

  test('models are listed, and asked for once', async () => {
    await using set = await openGateway(keyAccounts(2));
    for (let time = 0; time < 3; time++) {
      const models = await set.openai.models.list();
      expect(models.data.map(({ id }) => id)).toContain(MODEL);
    }
    expect(set.simulator.counters()['models']).toBe(1);
  });

  test('a service that gives no streams is asked for the whole, and the client streams all the same', async () => {
    await using set = await openGateway(keyAccounts(2), { knobs: { stream: 'refused' } });
    for (let time = 0; time < 2; time++) {
      const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      expect(text).toBe(WORDS);
    }
    // It was found out once.
    expect(set.simulator.counters()['chats']).toBe(3);
  });
});

test('what curl sends is answered as it stands', async () => {
  await using set = await openGateway(keyAccounts(1));
  // A machine may have no curl: its bytes, over a bare connection. With HTTP/1.0 it gets no chunks.
  const body = JSON.stringify({ model: MODEL, messages, stream: true });
  const { hostname, port, host, pathname } = new URL(`${set.url}/chat/completions`);
  const head = [
    `POST ${pathname} HTTP/1.0`,
    `Host: ${host}`,
    'User-Agent: curl/7.88.1',
    'Accept: */*',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const connection = connect(Number(port), hostname);
  connection.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const said = await text(connection);
  expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(said).toMatch(/content-type: text\/event-stream/i);
  expect(said).toMatch(/data: \[DONE\]\n\n$/);
});

describe('an account that the service refuses', () => {
  test.each([
    ['an API key', keyAccounts(2), 'IFM-1', 'invalid', 'invalid'],
    ['a password', signIns(2), 'person-1@example.test', 'invalid', 'invalid'],
    ['a suspended key', keyAccounts(2), 'IFM-1', 'blocked', 'blocked'],
    ['a suspended sign-in', signIns(2), 'person-1@example.test', 'blocked', 'blocked'],
    ['one that was not let in', signIns(2), 'person-1@example.test', 'pending', 'blocked'],
  ])('%s: the call goes on to the next, and the account is out with a word and a reason', async (_, rows, name, state, word) => {
    await using set = await openGateway(rows, { knobs: { accounts: { [name]: { state } } } });
    for (let time = 0; time < 3; time++) expect(await ask(set)).toMatchObject({ _accountId: 'acc-2' });
    expect(set.test.rotation.members[0]?.out).toMatchObject({ status: word });
    expect(set.test.rotation.members[0]?.out?.why).not.toBe('');
    expect(set.test.rotation.members[1]?.out).toBeUndefined();
  });

  test('is at its limit: the call goes on, the account rests as long as the service says, and comes back by itself', async () => {
    const knobs = { retryAfter: 'ms', retryAfterMs: 600_000, accounts: { 'IFM-1': { limited: true } } };
    await using set = await openGateway(keyAccounts(2), { knobs });
    const { data, response } = await set.openai.chat.completions.create({ model: MODEL, messages }).withResponse();
    expect(data).toMatchObject({ _accountId: 'acc-2' });
    expect(response.headers.get('x-muster-attempts')).toBe('2');
    set.simulator.turn({ accounts: {} });
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-2' });
    set.test.turn(600_000);
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
  });

  test('of four, with one that answers 429 for ever: no call fails, and it is not asked again and again', async () => {
    await using set = await openGateway(keyAccounts(4), {
      knobs: { accounts: { 'IFM-2': { limited: true } }, retryAfterMs: 600_000 },
      config: { rateLimitPerAccount: 1_000 },
    });
    await Promise.all(Array.from({ length: 200 }, () => ask(set)));
    expect(set.simulator.log.accounts().get('IFM-2')?.refused).toBeLessThan(60);
    const again = set.simulator.log.accounts().get('IFM-2')?.refused;
    await Promise.all(Array.from({ length: 50 }, () => ask(set)));
    expect(set.simulator.log.accounts().get('IFM-2')?.refused).toBe(again);
  });

  test('all are, and the retries are spent: RATE_LIMIT_EXCEEDED names the account', async () => {
    const limited = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`IFM-${index + 1}`, { limited: true }]));
    await using set = await openGateway(keyAccounts(9), {
      knobs: { accounts: limited, retryAfterMs: 90_000 },
      config: { maxRetries: 2 },
    });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', error: { accountId: 'acc-3' } });
    expect(set.simulator.counters()['chats']).toBe(3);
  });
});

describe('when nobody is free', () => {
  test('a call waits, and is served when the first account is free: none of six over three accounts fails', async () => {
    const config = { maxConcurrentPerAccount: 1, rateLimitPerAccount: 100 };
    await using set = await openGateway(keyAccounts(3), { knobs: { latencyMs: 60 }, config });
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(set)));
    expect(answers).toHaveLength(6);
    expect([...set.simulator.log.accounts().values()].map(({ mostAtOnce }) => mostAtOnce)).toEqual([1, 1, 1]);
  });

  test('and it may not wait: 429, NO_AVAILABLE_ACCOUNTS, with the true time, also for the client that would sleep over it', async () => {
    const config = { rateLimitPerAccount: 1, rateLimitWindowMs: 600_000, maxWaitMs: 0 };
    await using set = await openGateway(keyAccounts(1), { config, maxRetries: 2 });
    await ask(set);
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error).toBeInstanceOf(RateLimitError);
    const { retryAfter } = error.error as { retryAfter: number };
    expect(error).toMatchObject({ status: 429, code: 'NO_AVAILABLE_ACCOUNTS', type: 'rate_limit_error' });
    expect(retryAfter).toBeGreaterThan(500_000);
    expect(retryAfter).toBeLessThanOrEqual(600_000);
    expect(Number(error.headers?.get('retry-after-ms'))).toBe(retryAfter);
    expect(Number(error.headers?.get('retry-after'))).toBe(Math.ceil(retryAfter / 1_000));
    expect(error.headers?.get('x-should-retry')).toBe('false');
  });

  test('for a moment only, the official client comes again by itself', async () => {
    const config = { rateLimitPerAccount: 1, rateLimitWindowMs: 700, maxWaitMs: 0 };
    await using set = await openGateway(keyAccounts(1), { config, maxRetries: 3 });
    await ask(set);
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
  });

  test('since there is no account at all: 503, and nobody is told to come again', async () => {
    await using set = await openGateway([], { maxRetries: 3 });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error).toMatchObject({ status: 503, code: 'NO_AVAILABLE_ACCOUNTS' });
    expect(set.test.service.stats().counts.calls).toBe(1);
  });

  test('a client that goes away leaves the queue', async () => {
    const config = { rateLimitPerAccount: 1, rateLimitWindowMs: 600_000, maxWaitMs: 60_000 };
    await using set = await openGateway(keyAccounts(1), { config });
    await ask(set);
    const controller = new AbortController();
    const waiting = set.openai.chat.completions.create({ model: MODEL, messages }, { signal: controller.signal });
    await expect.poll(() => set.test.service.stats().waiting).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await expect.poll(() => set.test.service.stats().waiting).toBe(0);
  });
});

test('a client that reads slowly holds the stream back, not the memory of the gateway', async () => {
  const frames = 100_000;
  await using set = await openGateway(keyAccounts(1), { knobs: { frames } });
  const body = JSON.stringify({ model: MODEL, messages, stream: true });
  const answered = await fetch(`${set.url}/chat/completions`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const reader = answered.body?.getReader();
  let size = (await reader?.read())?.value?.length ?? 0;
  // Nothing moves any more, and yet the service has not said all.
  const buffered = (): number => process.memoryUsage().arrayBuffers;
  let before = -1;
  await expect
    .poll(() => [before, (before = buffered())].reduce((left, right) => Math.abs(left - right)), {
      timeout: 30_000,
      interval: 100,
    })
    .toBeLessThan(1_000_000);
  expect(set.simulator.counters()['served']).toBeUndefined();
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) size += piece.value.length;
  expect(size).toBeGreaterThan(frames * 100);
  expect(set.simulator.counters()['served']).toBe(1);
});

describe('a fault of the request', () => {
  test.each([
    ['a model that there is not', { anyModel: false }, { model: 'none', messages }, 404, 'Model not found'],
    ['a message without a role', {}, { model: MODEL, messages: [{ content: 'x' }] }, 400, 'role'],
  ])('%s is handed on, tried once, and nobody is blamed', async (_, knobs, body, status, text) => {
    await using set = await openGateway(keyAccounts(3), { knobs });
    const error = await thrown(set.openai.chat.completions.create(body as never));
    expect(error.status).toBe(status);
    expect(error.message).toContain(text);
    expect(error.headers?.get('x-should-retry')).toBe('false');
    expect(set.simulator.counters()['chats']).toBe(1);
    expect(set.test.rotation.members.every(({ out, restUntil }) => !out && restUntil === 0)).toBe(true);
  });

  test('{detail} of the web API comes in the shape that the official client shows', async () => {
    await using set = await openGateway(signIns(1), { knobs: { anyModel: false } });
    const error = await thrown(set.openai.chat.completions.create({ model: 'none', messages }));
    expect(error.message).toBe('400 Model not found');
    expect(error.type).toBe('invalid_request_error');
  });
});

test('each of many answers at once names the account that gave it', async () => {
  await using set = await openGateway(keyAccounts(7), {
    knobs: { echo: true, latencyMs: 5 },
    config: { rateLimitPerAccount: 1_000 },
  });
  const answers = await Promise.all(Array.from({ length: 70 }, () => ask(set)));
  for (const { _accountId: id, system_fingerprint: key } of answers) expect(key).toBe(String(id).replace('acc', 'IFM'));
});

test('strategy, limits and the door follow the settings while it runs', async () => {
  await using set = await openGateway(keyAccounts(2));
  set.test.configure({ rotationStrategy: 'priority', preset: 'conservative', cooldownMs: 7 });
  expect(set.test.rotation.settings).toMatchObject({ strategy: 'priority', limits: { limit: 5, cooldownMs: 60_000 } });
  const client = new OpenAI({ baseURL: set.url, apiKey: TOKEN, maxRetries: 0 });
  expect(await client.chat.completions.create({ model: MODEL, messages })).toMatchObject({ object: 'chat.completion' });
});
