import { expect, test } from 'vitest';
import { keyAccounts } from '../testing/test-service.ts';
import { ask, openGateway } from '../testing/test-gateway.ts';

test('however many accounts answer 429 when they come back, a call meets one of them at most, and is served', async () => {
  const limited = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`IFM-${index * 2 + 1}`, { limited: true }]));
  const knobs = { accounts: limited, retryAfter: 'ms', retryAfterMs: 150 };
  await using set = await openGateway(keyAccounts(16), { knobs, config: { maxRetries: 1, rateLimitPerAccount: 10_000 } });
  const refused = (): number => set.simulator.counters()['rate-limited'] ?? 0;
  const steps: number[] = [];
  for (let before = 0; refused() < 60; before = refused()) {
    expect(await ask(set)).toMatchObject({ object: 'chat.completion' });
    steps.push(refused() - before);
  }
  // Each is found out once; then they come back again and again.
  expect(Math.max(...steps)).toBe(1);
});
    if (before >= 8) expect(refused() - before).toBeLessThanOrEqual(1);
  }
});
