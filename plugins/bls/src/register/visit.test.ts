import { changeProxy, MusterError, type LeasedProxy, type ProxyAccess, type ProxyVerdict } from '@muster/sdk';
import { endProcess } from '@muster/sdk/browser';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answerLikeAPerson } from '../testing/person.ts';
import { openWorld, type World } from '../testing/registration.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => world.quiet());

// What is the fault of a site, a proxy or a browser, and of no applicant.

test('a 429 pauses the site for as long as it asks, and is no reason for another proxy', async () => {
  await world.turn({ rateLimitRate: 1, retryAfterS: 77 });
  const proxies = fakeProxies(world.simulator.url);
  const tried = await world.register(18, { proxies });
  expect(tried.error).toMatchObject({ code: 'SITE_PAUSED', remedy: 'rest-account' });
  expect(tried.error?.retryAfterMs).toBeGreaterThan(70_000);
  expect(proxies.verdicts).toEqual([{ kind: 'refused', status: 429 }]);
  expect(world.events).toContainEqual(
    expect.objectContaining({ type: 'site.paused', message: expect.stringContaining('429') as string }),
  );
});

test('a challenge stops everybody at that site until its pause is over', async () => {
  await world.turn({ challengeRate: 1 });
  const tried = await world.register(19);
  expect(tried.error).toMatchObject({ code: 'SITE_PAUSED' });
  const [gate] = world.service.gates().values();
  expect(gate?.state().pausedUntil).toBeGreaterThan(world.now() + 200_000);
  await world.turn({ challengeRate: 0 });
  const waiting = new AbortController();
  const second = world.register(20, { signal: waiting.signal });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(world.service.browsers().figures().contexts).toBe(0);
  await gate?.resume();
  expect((await second).error).toBeUndefined();
});

test('a dead proxy costs no attempt: the task asks for another', async () => {
  const proxies = fakeProxies('http://127.0.0.1:1');
  const tried = await world.register(21, { proxies, input: { proxyCountry: 'DZ' } });
  expect(tried.error).toMatchObject({ code: 'PROXY_FAULT', remedy: 'change-proxy' });
  expect(proxies.verdicts).toEqual([{ kind: 'failed', why: expect.stringContaining('ERR_PROXY_CONNECTION_FAILED') as string }]);
  expect(proxies.asked[0]).toMatchObject({ account: 'account-21', country: 'DZ', target: new URL(world.simulator.url).host });
});

test('with no proxy free the task waits and comes back', async () => {
  const proxies: ProxyAccess = {
    lease: () =>
      Promise.reject(new MusterError('NOTHING_AVAILABLE', 'All proxies of DZ cool down.', { details: { retryAfterMs: 1 } })),
    giveBack: async () => undefined,
  };
  const tried = await world.register(22, { proxies });
  expect(tried.error).toMatchObject({ code: changeProxy('').code, remedy: 'change-proxy', retryAfterMs: 5_000 });
});

test('a browser that is killed in the middle is replaced, and the task goes on in the new one', async () => {
  let killed = 0;
  const tried = await world.register(23, {
    answer: async (prompt) => {
      const { pid } = world.service.browsers().figures();
      if (prompt.kind === 'captcha' && killed === 0 && pid !== null) {
        killed = pid;
        process.kill(pid, 'SIGKILL');
        // Nobody answers: the page is gone, and the question is taken back.
        return new Promise(() => undefined);
      }
      return answerLikeAPerson(prompt, world.simulator.url);
    },
  });
  expect(tried.error).toBeUndefined();
  expect(tried.seen.asked[0]?.withdraw?.aborted).toBe(true);
  expect(world.service.browsers().figures()).toMatchObject({ crashes: 1 });
  expect(await endProcess(killed, 0)).toBe(true);
});

function fakeProxies(url: string): ProxyAccess & { readonly verdicts: ProxyVerdict[]; readonly asked: unknown[] } {
  const verdicts: ProxyVerdict[] = [];
  const asked: unknown[] = [];
  const proxy: LeasedProxy = { id: 'p1', label: 'p1', url, country: 'DZ' };
  return {
    verdicts,
    asked,
    async lease(request) {
      asked.push(request);
      return proxy;
    },
    giveBack: async (_proxy, verdict) => void verdicts.push(verdict),
  };
}
