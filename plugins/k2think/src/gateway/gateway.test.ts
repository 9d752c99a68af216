import { expect, test } from 'vitest';
import OpenAI from 'openai';
import startSimulator, { type K2ThinkSimulator } from '../simulator/index.ts';
import { keyAccounts, openTestService, signIns, TOKEN, type TestService } from '../testing/test-service.ts';

const MODEL = 'MBZUAI-IFM/K2-Think-v2';
const messages = [{ role: 'user' as const, content: 'How is the lake?' }];
const WORDS = 'The heron waits in the reeds, and';

interface Set extends AsyncDisposable {
  readonly simulator: K2ThinkSimulator;
  readonly test: TestService;
  readonly url: string;
  readonly openai: OpenAI;
}
async function open(
  rows: readonly Readonly<Record<string, unknown>>[],
  { knobs = {}, config = {}, maxRetries = 0 }: { knobs?: object; config?: object; maxRetries?: number } = {},
): Promise<Set> {
  const simulator = await startSimulator({ knobs: { ...knobs } });
  const test = await openTestService(rows, { ...simulator.config, cooldownMs: 0, ...config });
  const url = await test.listen();
  return {
    simulator,
    test,
    url,
    openai: new OpenAI({ baseURL: url, apiKey: TOKEN, maxRetries }),
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

test('the official client gets an answer, and is told who gave it', async () => {
  await using set = await open(keyAccounts(2));
  const { data, response } = await set.openai.chat.completions.create({ model: MODEL, messages }).withResponse();
  expect(data.choices[0]?.message.content).toBe(WORDS);
  expect(data).toMatchObject({ _accountId: 'acc-1', usage: { total_tokens: 15 } });
  expect(response.headers.get('x-muster-account-id')).toBe('acc-1');
  expect(response.headers.get('x-muster-attempts')).toBe('1');
  expect(response.headers.get('x-request-id')).toMatch(/^mst-/);
  expect(Number(response.headers.get('x-ratelimit-limit-requests'))).toBe(20);
});

test('the official client streams', async () => {
  await using set = await open(signIns(1));
  const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe(WORDS);
});
