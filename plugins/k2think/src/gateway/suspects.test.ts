import { expect, test } from 'vitest';
import { keyAccounts } from '../testing/test-service.ts';
import { ask, openGateway } from '../testing/test-gateway.ts';

test('accounts that answer 429 each time they come back are met one at a call at most, and every call is served', async () => {
  const limited = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`IFM-${index * 2 + 1}`, { limited: true }]));
  const knobs = { accounts: limited, retryAfter: 'ms', retryAfterMs: 150 };
  await using set = await openGateway(keyAccounts(16), { knobs, config: { maxRetries: 1, rateLimitPerAccount: 10_000 } });
  const refused = (): number => set.simulator.counters()['rate-limited'] ?? 0;
  const steps: number[] = [];
  for (let before = 0; refused() < 60; before = refused()) {
    expect(await ask(set)).toMatchObject({ object: 'chat.completion' });
    steps.push(refused() - before);
  }
  expect(Math.max(...steps)).toBe(1);
});

test('the last chance waits for an account that is known to serve, when only refused ones are free', async () => {
  const accounts = { 'IFM-1': { limited: true }, 'IFM-2': { limited: true }, 'IFM-3': { limited: true } };
  const knobs = { accounts, retryAfter: 'ms', retryAfterMs: 100 };
  const config = { maxRetries: 1, rateLimitPerAccount: 1, rateLimitWindowMs: 700 };
  await using set = await openGateway(keyAccounts(4), { knobs, config });
  // They are found out.
  for (let call = 0; call < 4; call++) await ask(set).catch(() => undefined);
  // The one that serves is at its limit again and again, while the others come back and are refused.
  for (let call = 0; call < 5; call++) expect(await ask(set)).toMatchObject({ _accountId: 'acc-4' });
  expect(set.simulator.counters()['rate-limited']).toBeGreaterThan(3);
});
