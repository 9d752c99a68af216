import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => home[Symbol.asyncDispose]());

const URL = /^http:\/\/127\.0\.0\.1:\d+\/v1$/;

/** Opens the gateway on any port, until it says its address; then its job is cancelled. */
async function open(...flags: readonly string[]): Promise<readonly string[]> {
  const running = home.start(['run', 'k2think.gateway', '--port', '0', ...flags]);
  await running.says('/v1');
  const { value } = await home.json('jobs', 'list');
  await home.run(['jobs', 'cancel', value.jobs[0].id as string]);
  return (await running.ended).stdout.trimEnd().split('\n');
}

test('the address of a gateway is the first line on a pipe, while it is open', async () => {
  const [first] = await open();
  expect(first).toMatch(URL);
});

test('and the first document of JSON, before the one that tells how the job ended', async () => {
  const [first, last] = (await open('--json')).map((line) => JSON.parse(line) as { job: unknown; url?: string });
  expect(first).toMatchObject({ job: expect.any(String) as string, url: expect.stringMatching(URL) as string });
  expect(last).toMatchObject({ job: { state: 'cancelled' } });
});
