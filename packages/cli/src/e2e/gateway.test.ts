import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => home[Symbol.asyncDispose]());

const URL = /^http:\/\/127\.0\.0\.1:\d+\/v1$/;

const newest = async (): Promise<string> => (await home.json('jobs', 'list')).value.jobs[0].id as string;

/** Opens the gateway on any port, until it says its address; then its job is cancelled. */
async function open(...flags: readonly string[]): Promise<readonly string[]> {
  const running = home.start(['run', 'k2think.gateway', '--port', '0', ...flags]);
  await running.says('/v1');
  await home.run(['jobs', 'cancel', await newest()]);
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

/** Where a job that runs says that its gateway listens. */
const addressOf = async (job: string): Promise<string> => {
  const { value } = await home.json('jobs', 'show', job);
  return /http:[^\s,"]+/.exec(JSON.stringify(value.job.running))?.[0] ?? '';
};

test('a second job on its port is refused with the name of the first, which a host that was killed opens again', async () => {
  const first = home.start(['run', 'k2think.gateway', '--port', '0']);
  await first.says('/v1');
  const job = await newest();
  const second = await home.json('run', 'k2think.gateway', '--port', /:(\d+)/.exec(await addressOf(job))?.[1] ?? '');
  expect(second).toMatchObject({ code: 3, value: { failed: [{ error: { code: 'CONFLICT' } }] } });
  expect(second.value.failed[0].error.message).toContain(`\`muster jobs cancel ${job}\` closes it`);

  await home.killHost();
  await expect.poll(() => addressOf(job)).toMatch(URL);
  expect((await fetch(`${await addressOf(job)}/models`)).status).toBe(401);
  await home.run(['jobs', 'cancel', job]);
  await first.ended;
});
