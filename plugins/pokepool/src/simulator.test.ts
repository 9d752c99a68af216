import type { Simulator } from '@muster/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import start from './simulator.ts';

let simulator: Simulator;
beforeEach(async () => void (simulator = await start({ knobs: { tempBanRate: 0.3, blindRate: 0.3 } })));
afterEach(() => simulator.close());

const check = (username: string): Promise<Response> =>
  fetch(`${simulator.url}/check`, { method: 'POST', body: JSON.stringify({ username, password: 'x', level: 31 }) });
const verdicts = async (): Promise<string[]> => {
  const answers = Array.from(
    { length: 40 },
    async (_, index) => (await check(`user${index}`)).json() as Promise<{ verdict: string }>,
  );
  return (await Promise.all(answers)).map(({ verdict }) => verdict);
};

test('an account always gets the same verdict, and shares are as told', async () => {
  const first = await verdicts();
  expect(await verdicts()).toEqual(first);
  for (const verdict of ['good', 'temp-banned', 'blind'])
    expect(first.filter((one) => one === verdict).length).toBeGreaterThan(4);
  expect(simulator.counters()).toMatchObject({
    requests: 80,
    running: 0,
    blind: first.filter((one) => one === 'blind').length * 2,
  });
});

test('knobs turn while it runs, and wrong ones are refused', async () => {
  const put = (knobs: unknown) => fetch(`${simulator.url}/knobs`, { method: 'PUT', body: JSON.stringify(knobs) });
  expect(await (await put({ tempBanRate: 1 })).json()).toMatchObject({ tempBanRate: 1, blindRate: 0.3 });
  expect(await (await check('any')).json()).toEqual({ verdict: 'temp-banned', level: 31 });
  expect((await put({ tempBanRate: 2 })).status).toBe(422);
  expect((await put({ banRate: 1 })).status).toBe(422);
  expect((await put({ errorRate: 1 })).status).toBe(200);
  expect((await check('any')).status).toBe(503);
});

test('faults come so often as told, then it is well again', async () => {
  simulator.fault('rate-limit');
  simulator.fault('server-error', 2);
  const answers: number[] = [];
  for (let index = 0; index < 4; index++) answers.push((await check('any')).status);
  expect(answers).toEqual([429, 503, 503, 200]);
});

test('what is no account is refused, other paths too', async () => {
  expect((await fetch(`${simulator.url}/check`, { method: 'POST', body: '{' })).status).toBe(422);
  expect((await fetch(`${simulator.url}/check`, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(400);
  expect((await fetch(simulator.url)).status).toBe(404);
  expect(await (await fetch(`${simulator.url}/counters`)).json()).toMatchObject({ requests: 2 });
});
