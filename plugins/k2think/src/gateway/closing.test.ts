import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ask, messages, MODEL, openGateway, thrown } from '../testing/test-gateway.ts';
import { keyAccounts, signIns, TOKEN } from '../testing/test-service.ts';
import { openUpstream } from '../testing/test-upstream.ts';

const config = { maxConcurrentPerAccount: 100, rateLimitPerAccount: 1_000 };

test('a call that runs when the gateway closes is served to its end, and no further one is', async () => {
  const waiting: ServerResponse[] = [];
  await using service = await openUpstream((response) => void waiting.push(response));
  await using set = await openGateway(keyAccounts(1), { config: service.config });
  const asking = ask(set);
  await expect.poll(() => waiting.length).toBe(1);
  const closing = set.test.service.close();
  waiting[0]?.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}');
  expect(await asking).toMatchObject({ _accountId: 'acc-1' });
  await closing;
  await expect(ask(set)).rejects.toThrow(/connection/i);
});

test('fifty streams that are not at their end when the gateway closes are told so, each in its stream', async () => {
  await using set = await openGateway(keyAccounts(3), { config, knobs: { tokenMs: 100, frames: 2_000 } });
  const texts = Array.from({ length: 50 }, () => '');
  const read = async (_: string, at: number): Promise<void> => {
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    for await (const chunk of stream) texts[at] += chunk.choices[0]?.delta.content ?? '';
  };
  const reading = Promise.all(texts.map((text, at) => thrown(read(text, at))));
  await expect.poll(() => texts.filter((text) => text.startsWith('The heron')).length).toBe(50);
  await set.test.service.close();
  for (const error of await reading) expect(error).toMatchObject({ code: 'UNAVAILABLE', message: 'The gateway is closing.' });
  expect(set.test.service.stats()).toMatchObject({ inFlight: 0, waiting: 0, counts: { failed: 50, hungUp: 0 } });
  expect(set.test.rotation.members.every(({ out, restUntil }) => !out && restUntil === 0)).toBe(true);
});

test.each([
  ['waits for an account', keyAccounts(1), { rateLimitPerAccount: 1, rateLimitWindowMs: 600_000, maxWaitMs: 60_000 }, {}],
  ['waits for its answer', keyAccounts(1), config, { latencyMs: 60_000 }],
  ['waits for a sign-in', signIns(1), config, { signInMs: 60_000 }],
])(
  'a call that %s when the gateway closes is answered, and the official client comes again elsewhere',
  async (_, rows, limits, knobs) => {
    await using set = await openGateway(rows, { config: limits });
    if ('rateLimitWindowMs' in limits) await ask(set);
    set.simulator.turn(knobs);
    const asking = thrown(ask(set));
    await expect.poll(() => set.test.service.stats().counts.calls).toBe('rateLimitWindowMs' in limits ? 2 : 1);
    await set.test.service.close();
    const error = await asking;
    expect(error).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(error.headers?.get('x-should-retry')).toBe('true');
    // A sign-in goes on, for whoever has the account next.
    await set.simulator.close();
    await expect.poll(() => set.test.service.stats()).toMatchObject({ inFlight: 0, waiting: 0 });
  },
);

test('an answer that the client still reads when the gateway closes comes whole', async () => {
  await using set = await openGateway(keyAccounts(1), { config, knobs: { frames: 20_000 } });
  const answered = await fetch(`${set.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: MODEL, messages, stream: true }),
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const closing = set.test.service.close();
  expect((await answered.text()).endsWith('data: [DONE]\n\n')).toBe(true);
  await closing;
});
