import { describe, expect, test } from 'vitest';
import { K2ThinkError, K2ThinkMultiClient } from '../index.ts';
import { keyAccounts, TOKEN } from '../testing/test-service.ts';
import { messages, MODEL, openGateway, WORDS, type TestGateway } from '../testing/test-gateway.ts';

const clientOf = ({ url }: TestGateway): K2ThinkMultiClient => new K2ThinkMultiClient({ baseURL: url, token: TOKEN });
const thrown = async (work: Promise<unknown>): Promise<K2ThinkError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof K2ThinkError) return error;
    throw error;
  }
  throw new Error('it was answered');
};

test('an answer says which account served', async () => {
  await using set = await openGateway(keyAccounts(2));
  const client = clientOf(set);
  const response = await client.chat.completions.create({ model: MODEL, messages, temperature: 0.2 });
  expect(response).toMatchObject({ _accountId: 'acc-1', choices: [{ message: { content: WORDS } }] });
});

test('a stream comes chunk by chunk, and leaving it early ends the request', async () => {
  await using set = await openGateway(keyAccounts(1), { knobs: { tokenMs: 20, frames: 10_000 } });
  const stream = await clientOf(set).chat.completions.create({ model: MODEL, messages, stream: true });
  const ids: unknown[] = [];
  for await (const { _accountId: id } of stream) if (ids.push(id) === 3) break;
  expect(ids).toEqual(['acc-1', undefined, undefined]);
  await expect.poll(() => set.test.service.stats().inFlight).toBe(0);
});

describe('errors', () => {
  test('NO_AVAILABLE_ACCOUNTS says after how many ms the first is free', async () => {
    await using set = await openGateway(keyAccounts(1), {
      config: { rateLimitPerAccount: 1, rateLimitWindowMs: 600_000, maxWaitMs: 0 },
    });
    const client = clientOf(set);
    await client.chat.completions.create({ model: MODEL, messages });
    const error = await thrown(client.chat.completions.create({ model: MODEL, messages }));
    expect(error).toMatchObject({ code: 'NO_AVAILABLE_ACCOUNTS', status: 429 });
    expect(error.retryAfter).toBeGreaterThan(500_000);
    expect(error.requestId).toMatch(/^mst-/);
    await client.resetRateLimits();
    expect(await client.chat.completions.create({ model: MODEL, messages })).toMatchObject({ _accountId: 'acc-1' });
  });

  test('RATE_LIMIT_EXCEEDED names the account', async () => {
    await using set = await openGateway(keyAccounts(1), {
      knobs: { accounts: { 'IFM-1': { limited: true } } },
      config: { maxRetries: 0 },
    });
    const error = await thrown(clientOf(set).chat.completions.create({ model: MODEL, messages }));
    expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', accountId: 'acc-1', status: 429 });
  });

  test('a stream that breaks off does not end as if it were whole', async () => {
    await using set = await openGateway(keyAccounts(1), { knobs: { cutAfter: 3 } });
    const stream = await clientOf(set).chat.completions.create({ model: MODEL, messages, stream: true });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };
    expect(await thrown(read())).toMatchObject({ code: 'SERVICE_ERROR', accountId: 'acc-1' });
  });

  test('a wrong token, and nobody at the door', async () => {
    await using set = await openGateway(keyAccounts(1));
    const stranger = new K2ThinkMultiClient({ baseURL: set.url, token: 'mst_other' });
    expect(await thrown(stranger.getStats())).toMatchObject({ status: 401, code: 'invalid_api_key' });
    const lost = new K2ThinkMultiClient({ baseURL: 'http://127.0.0.1:1/v1', token: TOKEN });
    expect(await thrown(lost.getStats())).toMatchObject({
      status: 0,
      code: 'GATEWAY_GONE',
      message: expect.stringContaining('k2think.gateway') as string,
    });
  });

  test('a signal that ends a call is no error of the gateway', async () => {
    await using set = await openGateway(keyAccounts(1), { knobs: { latencyMs: 60_000 } });
    const calling = clientOf(set).chat.completions.create({ model: MODEL, messages }, { signal: AbortSignal.timeout(50) });
    await expect(calling).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('statistics count what was done', async () => {
  await using set = await openGateway(keyAccounts(3));
  const client = clientOf(set);
  await Promise.all(Array.from({ length: 5 }, () => client.chat.completions.create({ model: MODEL, messages })));
  expect(await client.getStats()).toMatchObject({
    accounts: 3,
    free: 3,
    inFlight: 0,
    waiting: 0,
    counts: { calls: 5, answered: 5, tokens: 75 },
  });
});
