import { describe, expect, test } from 'vitest';
import { signIns } from '../testing/test-service.ts';
import { ask, openGateway } from '../testing/test-gateway.ts';

describe('sign-ins', () => {
  test('one for many requests, and one at a time for an account', async () => {
    await using set = await openGateway(signIns(1), {
      knobs: { signInMs: 40 },
      config: { signInRateLimit: 50, rateLimitPerAccount: 50 },
    });
    await Promise.all(Array.from({ length: 8 }, () => ask(set)));
    await ask(set);
    expect(set.simulator.counters()['sign-ins']).toBe(1);
  });

  test.each([['cookie'], ['body']])('the token is taken from the %s', async (tokenIn) => {
    await using set = await openGateway(signIns(1), { knobs: { tokenIn } });
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
  });

  test('a token that the service takes no more is made anew, once, and the call is served', async () => {
    await using set = await openGateway(signIns(1), {
      knobs: { tokenUses: 2 },
      config: { maxRetries: 0, signInRateLimit: 50, rateLimitPerAccount: 50 },
    });
    for (let time = 0; time < 5; time++) expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
    expect(set.simulator.counters()['sign-ins']).toBe(3);
  });

  test('a token with an end is given up before it', async () => {
    await using set = await openGateway(signIns(1), {
      knobs: { tokenMsToLive: 600_000 },
      config: { signInRateLimit: 500, rateLimitPerAccount: 500 },
    });
    await ask(set);
    set.test.turn(300_000);
    await ask(set);
    expect(set.simulator.counters()['sign-ins']).toBe(1);
    set.test.turn(250_000);
    await ask(set);
    expect(set.simulator.counters()['sign-ins']).toBe(2);
    expect(set.simulator.counters()['refused-credentials'] ?? 0).toBe(0);
  });

  test('too many sign-ins rest the account, and blame it no further', async () => {
    await using set = await openGateway(signIns(2), { knobs: { signInLimit: 0, accounts: {} } });
    set.simulator.turn({ signInLimit: 15 });
    set.simulator.fault('rate-limit');
    expect(await ask(set)).toMatchObject({ _accountId: 'acc-2' });
    const [first] = set.test.rotation.members;
    expect(first?.out).toBeUndefined();
    expect(first?.restUntil).toBeGreaterThan(Date.now());
  });
});
