import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { K2ThinkMultiClient } from '@muster/plugin-k2think';
import { openMuster } from 'muster';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { freePort } from './gateway/free-port.ts';
import { judge, type Seen } from './gateway/judge.ts';
import { load } from './gateway/load.ts';
import { gatewayReady, setUp, startHostProcess, startSimulation } from './gateway/processes.ts';

const MODEL = 'MBZUAI-IFM/K2-Think-v2';
const messages = [{ role: 'user' as const, content: 'How is the lake?' }];
const LIMIT = 5;
const WINDOW_MS = 2_000;

test('a host at its limits, killed in the middle and started again, never passes one; the official client and ours are served', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-gateway-'));
  const keys = Array.from({ length: 20 }, (_, index) => `IFM-small-${index + 1}`);
  await using simulation = await startSimulation({ windowMs: WINDOW_MS, latencyMs: 2 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v1`;
  const limits = { rateLimitPerAccount: LIMIT, rateLimitWindowMs: WINDOW_MS, cooldownMs: 0 };
  let host = await startHostProcess(folder);
  try {
    const token = await setUp(host.client, { port, keys, config: { ...simulation.config, ...limits } });
    await gatewayReady(url);
    const before = await load({ url, token, clients: 8, forMs: 2_200 });
    expect(before.failures).toEqual({});
    const loading = load({ url, token, clients: 8, forMs: 3_000, patient: true });
    await host.kill();
    host = await startHostProcess(folder);
    expect((await loading).failures).toEqual({});
    await gatewayReady(url);

    const openai = new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0 });
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain(MODEL);
    const stream = await openai.chat.completions.create({ model: MODEL, messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('The heron');

    const { most, accounts } = judge(await simulation.read<Record<string, Seen>>('/sim/accounts'), keys);
    expect(most).toBeLessThanOrEqual(LIMIT);
    expect(accounts).toBe(keys.length);

    // Over the socket of the host that runs, without gateway and token.
    await using joined = await openMuster({ directory: folder });
    expect(joined.own).toBe(false);
    const client = new K2ThinkMultiClient({ fetch: joined.fetch });
    expect(await client.chat.completions.create({ model: MODEL, messages })).toMatchObject({
      _accountId: expect.any(String) as string,
    });
    expect(await client.getStats()).toMatchObject({ accounts: keys.length });
  } finally {
    await host.stop();
  }

  // And in this process, on the same directory, once nobody else has it.
  await using own = await openMuster({ directory: folder });
  expect(own.own).toBe(true);
  const client = new K2ThinkMultiClient({ fetch: own.fetch });
  const answers = await client.chat.completions.create({ model: MODEL, messages, stream: true });
  const ids: unknown[] = [];
  for await (const { _accountId: id } of answers) ids.push(id);
  expect(ids[0]).toEqual(expect.any(String));
  expect(ids.at(-1)).toBe(ids[0]);
  await expect(client.chat.completions.create({ model: MODEL, messages: [] })).rejects.toMatchObject({ code: 'invalid_request' });
  await own.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});
