import { leftBrowsers } from '@muster/sdk/browser';
import { expect, test } from 'vitest';
import type { KeptMedia } from '../messages/media.ts';
import { openNumbers } from '../testing/open-numbers.ts';
import { placesOf } from './catch-up.ts';
import { openTestWorld, until, type TestWorld } from '../testing/open-test-session.ts';

const [ONE, TWO, THREE, FOUR] = ['966500000001', '966500000002', '966500000003', '966500000004'];
const GROUP = '120363000000000001@g.us';
const LID = '111111111111111@lid';
const wid = (number: string): string => `${number}@c.us`;

const open = async (world: TestWorld, isDead?: () => boolean) => {
  const [one] = await openNumbers(world, [ONE], isDead);
  if (!one) throw new Error('one was asked for');
  return one;
};
const delivered = (world: TestWorld): number => world.simulator.counters()['delivered'] ?? 0;

test('what the page has taken and a killed host has not noted is noted by the next one, and what came while none was there: once, in its order', async () => {
  await using world = await openTestWorld({ config: { sendPaceMs: 0 } });
  const { service } = world.simulator;
  service.setGroup({ id: GROUP, subject: 'Drivers', members: [wid(ONE), wid(TWO)], announce: false });
  service.register(wid(FOUR), LID);
  const incoming = (body: string, more: { from?: string; group?: string; file?: { mimetype: string; bytes: string } } = {}) =>
    service.incoming({ to: wid(ONE), from: wid(TWO), body, ...more });
  let dead = false;
  const killed = await open(world, () => dead);
  incoming('before');
  await until('it is kept', async () => (await killed.texts()).length === 1);

  dead = true;
  const before = delivered(world);
  incoming('between 1');
  incoming('between 2', { file: { mimetype: 'image/png', bytes: 'AAAA' } });
  incoming('in the group', { group: GROUP });
  incoming('under another id', { from: LID });
  incoming('Stop', { from: wid(THREE) });
  await until('the page has taken them', () => delivered(world) === before + 5);
  void killed.session.close();
  await until('its browser is gone', async () => (await leftBrowsers(world.host.profiles)).length === 0);
  incoming('while away');

  const one = await open(world);
  // Its word counts before anything goes out, and is not given time to be noted first.
  await one.session.outbox.add({ to: THREE, text: 'offer', key: 'c', campaign: 'spring' });
  expect(await one.session.outbox.settled('c', 30_000)).toMatchObject({ state: 'cancelled', why: 'they opted out' });
  await until('all are kept', async () => (await one.texts()).length === 7);
  const chat = async (id: string): Promise<string[]> =>
    (await one.records<{ text: string }>('messages').list({ group: `account-n${ONE}/${id}` })).map(({ data }) => data.text);
  expect(await chat(wid(TWO))).toEqual(['before', 'between 1', 'between 2', 'while away']);
  expect(await chat(GROUP)).toEqual(['in the group']);
  expect(await chat(wid(FOUR))).toEqual(['under another id']);
  // What came last may have come as it was looked for.
  const late = one.received().filter(({ text }) => text !== 'while away');
  expect(late.every(({ caughtUp }) => caughtUp)).toBe(true);
  expect(new Set(one.received().map(({ text }) => text))).toEqual(
    new Set(['Stop', 'between 1', 'between 2', 'in the group', 'under another id', 'while away']),
  );
  expect(one.received()).toHaveLength(6);
  await until('it is told as a remedy', () => one.told.events.some(({ fields }) => fields?.['remedy'] === 'fetch-unheard'));
  await until('its file is kept', async () => {
    const [file] = await one.records<KeptMedia>('media').list();
    return file?.data.state === 'saved';
  });
  incoming('heard as it comes');
  await until('it is kept', async () => (await one.texts()).length === 8);
  expect(one.received().at(-1)).toEqual({ text: 'heard as it comes', caughtUp: false });
  await one.session.close();

  // Nothing is missing: nothing is told.
  const again = await open(world);
  incoming('the last');
  await until('it is kept', async () => (await again.texts()).length === 9);
  expect(again.received().map(({ text }) => text)).toEqual(['the last']);
  await again.session.close();
});

test.each([
  [
    [5, 5, 5],
    [undefined, undefined, undefined],
    [5, 6, 7],
  ],
  [
    [5, 5, 9],
    [5, undefined, 9],
    [5, 6, 9],
  ],
  [
    [5, 5, 5, 5],
    [undefined, 5, undefined, 6],
    [2.5, 5, 5.5, 6],
  ],
  [
    [10_000, 5_000],
    [undefined, 5_000],
    [4_500, 5_000],
  ],
])('messages of %j, of which are kept %j, get the places %j', (told, known, places) => {
  expect(
    placesOf(
      told.map((at) => ({ at })),
      known,
    ),
  ).toEqual(places);
});

test('so many of a chat are looked for, the newest, and none from before the number was linked; nothing is told twice where nothing is kept', async () => {
  await using world = await openTestWorld({ config: { keepMessages: 0, catchUpMessages: 25 } });
  const first = await open(world);
  // The first look must be over: it says from when on this host is to note anything.
  await until('it looked', async () => (await first.records('noted-up-to').count()) === 1);
  const now = Math.floor(Date.now() / 1_000);
  const tell = (body: string, from: string, t: number): boolean =>
    world.simulator.service.devices.tell(wid(ONE), { type: 'unnoted', id: `3A${body}`, body, from, t });
  tell('old', wid(THREE), now - 3_600);
  for (let number = 0; number < 45; number++) tell(`${number}`, wid(TWO), now);
  await until('the page has them', () => delivered(world) === 46);
  await first.session.close();

  const second = await open(world);
  await until('all are told', () => second.received().length === 25);
  expect(second.received().map(({ text }) => text)).toEqual(Array.from({ length: 25 }, (_unused, at) => `${at + 20}`));
  await until('what is left out is told', () =>
    second.told.events.some(({ message }) => message.includes('more came while nobody listened')),
  );
  await second.session.close();

  // A page that has changed has what it loads by itself.
  await world.simulator.turn({ page: { without: ['WAWebChatLoadMessages'] } });
  const third = await open(world);
  world.simulator.service.incoming({ to: wid(ONE), from: wid(TWO), body: 'the last' });
  await until('it is told', () => third.received().length > 0);
  expect(third.received().map(({ text }) => text)).toEqual(['the last']);
  expect(third.told.events.filter(({ type }) => type === 'message.error')).toEqual([]);
  await third.session.close();
});
