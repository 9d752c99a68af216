import { createTestContext } from '@muster/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import bls from '../index.ts';
import { SIMULATOR_PROFILE } from '../profile/simulator-profile.ts';
import { SiteProfile } from '../profile/site-profile.ts';
import { openWorld, type World } from '../testing/registration.ts';
import { checkProfile } from './check-profile.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world[Symbol.asyncDispose]());

const check = async (): Promise<unknown> => {
  const { context } = createTestContext(bls, { config: world.simulator.config, service: world.service, now: world.now() });
  return checkProfile(context as unknown as Parameters<typeof checkProfile>[0]);
};

test('every selector that a page lacks is named with its page, and nothing is sent', async () => {
  expect(await check()).toMatchObject({ profile: 'simulator', fits: true, missing: [] });
  await world.turn({ hide: ['ppNo', 'btnGenerate', 'LoginEmail'] });
  expect(await check()).toMatchObject({
    fits: false,
    missing: ['register: #ppNo', 'register: #btnGenerate', 'login: #LoginEmail'],
  });
  await world.turn({ hide: [], widgets: 'plain' });
  expect(await check()).toMatchObject({
    missing: expect.arrayContaining(['register: #PassportType (as kendo-dropdown)']) as string[],
  });
  const { registerPosts = 0, codesSent = 0, captchas = 0, loginChecks = 0 } = world.simulator.counters();
  expect(registerPosts + codesSent + captchas + loginChecks).toBe(0);
});

test.each([
  ['steps', { steps: SIMULATOR_PROFILE.steps.slice(0, -1) }, 'the last step is an irreversible click'],
  ['steps', { steps: SIMULATOR_PROFILE.steps.slice(1) }, 'the first step opens a page'],
  ['allowHosts', { allowHosts: ['elsewhere.example.test'] }, 'the host of baseUrl is not among them'],
  [
    'widgets',
    { steps: SIMULATOR_PROFILE.steps.map((step) => (step.do === 'fill' ? { ...step, dates: {} } : step)) },
    'a kendo-date is one of the dates',
  ],
  ['errors', { errors: [{ class: 'blocked', text: '(' }] }, 'no regular expression'],
  ['errors', { errors: [{ class: 'blocked' }] }, 'a status or a text'],
  ['baseUrl', { baseUrl: 'file:///etc/passwd' }, 'Invalid'],
  ['step', { steps: [{ do: 'run', script: 'alert(1)' }] }, 'Invalid'],
  ['more', { solver: 'https://elsewhere.example.test' }, 'Unrecognized key'],
])('a profile whose %s are wrong is refused with the place', (_name, change, message) => {
  const { error } = SiteProfile.safeParse({ ...SIMULATOR_PROFILE, ...change });
  expect(error?.message).toContain(message);
});
