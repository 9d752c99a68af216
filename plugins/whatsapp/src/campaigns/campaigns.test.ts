import { expect, test } from 'vitest';
import { until } from '../testing/open-test-session.ts';
import { createCampaignsWorld, people, type CampaignsWorld } from '../testing/test-campaigns.ts';

const NEW = { name: 'spring', template: 'Hello {{name}}', list: 'all', sessions: ['one', 'two'] };
const sentBy = (world: CampaignsWorld): string[][] => world.numbers.map(({ outbox }) => outbox.handed.map(({ chat }) => chat));

test('each contact is written to once, by one of the numbers, and its progress is told', async () => {
  const world = createCampaignsWorld();
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(40) });
  await campaigns.create(NEW);
  await until('its end', async () => (await campaigns.report('spring')).state === 'done');
  const [one = [], two = []] = sentBy(world);
  expect(one.length + two.length).toBe(40);
  expect(new Set([...one, ...two]).size).toBe(40);
  expect(Math.min(one.length, two.length)).toBeGreaterThan(10);
  expect(world.numbers[0]?.outbox.handed[0]?.text).toBe('Hello N0');
  await until('all followed', async () => (await campaigns.report('spring')).progress.pending === 40);
  expect(world.errors).toEqual([]);
  await end();
});

test('a name is used once, and who has no contacts or no such number is told so', async () => {
  const world = createCampaignsWorld();
  const { campaigns, end } = world.open();
  await expect(campaigns.create(NEW)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await campaigns.contacts.import({ list: 'all', text: people(1) });
  await expect(campaigns.create({ ...NEW, sessions: ['three'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(campaigns.create({ ...NEW, template: '{{' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await campaigns.create(NEW);
  await expect(campaigns.create(NEW)).rejects.toMatchObject({ code: 'CONFLICT' });
  await end();
});

test('who opts out is not written to any more, by this campaign or any other, also when it is their turn already', async () => {
  const world = createCampaignsWorld();
  world.away.add('one').add('two');
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(4) });
  await campaigns.create(NEW);
  await campaigns.optOuts.add('966501100001@c.us', 'wrote stop');
  expect(await campaigns.optOuts.add('966501100001@c.us', 'again')).toBe(false);
  world.away.clear();
  await until('its end', async () => (await campaigns.report('spring')).state === 'done');
  expect(sentBy(world).flat()).not.toContain('966501100001@c.us');
  expect((await campaigns.report('spring')).progress['opted-out']).toBe(1);
  await campaigns.create({ ...NEW, name: 'summer' });
  await until('its end', async () => (await campaigns.report('summer')).state === 'done');
  expect(
    sentBy(world)
      .flat()
      .filter((chat) => chat === '966501100001@c.us'),
  ).toEqual([]);
  await end();
});

test('a paused campaign writes to nobody until it goes on; a cancelled one never', async () => {
  const world = createCampaignsWorld();
  world.away.add('one').add('two');
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(6) });
  await campaigns.create(NEW);
  await campaigns.change('spring', 'paused');
  world.away.clear();
  const begun = world.time;
  await until('time passed', () => world.time > begun + 60_000);
  expect(sentBy(world).flat()).toEqual([]);
  await campaigns.change('spring', 'running');
  await until('its end', async () => (await campaigns.report('spring')).state === 'done');
  expect(sentBy(world).flat()).toHaveLength(6);
  await expect(campaigns.change('spring', 'paused')).rejects.toMatchObject({ code: 'CONFLICT' });
  await end();
});

test('a number keeps its pace and its daily cap; the rest goes the next day', async () => {
  const world = createCampaignsWorld({ campaignPaceMs: 30_000, dailyCap: 5 });
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(15) });
  const begun = world.time;
  await campaigns.create({ ...NEW, sessions: ['one'], dailyCap: 4 });
  await until('the cap', async () => (await campaigns.report('spring')).held['one'] === 'its 4 of today are sent');
  expect(sentBy(world)[0]).toHaveLength(4);
  expect(world.time - begun).toBeGreaterThanOrEqual(90_000);
  world.time = begun + 86_400_000;
  await until('the next day', () => (sentBy(world)[0]?.length ?? 0) >= 8);
  await end();
});

test('nobody is written to in quiet hours', async () => {
  const world = createCampaignsWorld({ quietFrom: '11:00', quietUntil: '13:00' });
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(2) });
  await campaigns.create(NEW);
  await until(
    'it rests',
    async () => (await campaigns.report('spring')).held['one']?.startsWith('quiet hours until 13:00') === true,
  );
  expect(sentBy(world).flat()).toEqual([]);
  world.time += 3_600_000;
  await until('its end', async () => (await campaigns.report('spring')).state === 'done');
  await end();
});

/** When each message was handed to the page of the number. */
function timesOf(world: CampaignsWorld): number[] {
  const times: number[] = [];
  const page = world.numbers[0]?.outbox;
  if (page)
    page.answer = async () => {
      times.push(world.time);
      return `id-${times.length}`;
    };
  return times;
}

test('a day of the cap ends at midnight of the zone, also when the clocks are changed that night', async () => {
  const world = createCampaignsWorld({ campaignPaceMs: 10_000, dailyCap: 3, timeZone: 'America/New_York' });
  const times = timesOf(world);
  const midnight = Date.parse('2026-03-08T05:00:00Z');
  world.away.add('one');
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(20) });
  await campaigns.create({ ...NEW, sessions: ['one'] });
  world.time = midnight - 120_000;
  world.away.clear();
  await until('the next day', () => times.length >= 4);
  expect(times.filter((at) => at < midnight)).toHaveLength(3);
  await until('the cap', async () => (await campaigns.report('spring')).held['one'] === 'its 3 of today are sent');
  // 23 hours later the next day begins.
  world.time = midnight + 23 * 3_600_000 - 30_000;
  await until('the day after', () => times.length >= 7);
  expect(times.filter((at) => at < midnight + 23 * 3_600_000)).toHaveLength(6);
  await end();
});

test('quiet hours are those of the zone, for whoever was claimed before them too', async () => {
  const quiet = { quietFrom: '21:00', quietUntil: '08:00', timeZone: 'Asia/Riyadh' };
  const world = createCampaignsWorld({ campaignPaceMs: 10_000, ...quiet });
  const times = timesOf(world);
  const [from, until8] = [Date.parse('2026-11-21T18:00:00Z'), Date.parse('2026-11-22T05:00:00Z')];
  world.away.add('one');
  const { campaigns, end } = world.open();
  await campaigns.contacts.import({ list: 'all', text: people(20) });
  await campaigns.create({ ...NEW, sessions: ['one'] });
  world.time = from - 30_000;
  world.away.clear();
  const held = async (): Promise<string | undefined> => (await campaigns.report('spring')).held['one'];
  await until('it rests', async () => (await held()) === 'quiet hours until 08:00 (Asia/Riyadh)');
  // As a host leaves one that was killed before the message was in the queue.
  const [claimed] = await campaigns.targets.list('spring', 'waiting', 1);
  if (!claimed) throw new Error('some wait');
  await campaigns.targets.change(claimed, { state: 'claimed', account: 'one' });
  const rested = world.time;
  await until('time passed', () => world.time > rested + 60_000);
  const before = times.length;
  expect(before).toBeGreaterThan(0);
  expect(Math.max(...times)).toBeLessThan(from);
  world.time = until8 - 30_000;
  await until('it goes on', () => times.length > before + 1);
  expect(Math.min(...times.slice(before))).toBeGreaterThanOrEqual(until8);
  await until('that one too', async () => (await campaigns.targets.get('spring', claimed.data.number))?.data.state === 'pending');
  await end();
});

test('a number keeps its pace when the host is killed and starts again', async () => {
  const world = createCampaignsWorld({ campaignPaceMs: 300_000 });
  const times = timesOf(world);
  let host = world.open();
  await host.campaigns.contacts.import({ list: 'all', text: people(5) });
  await host.campaigns.create({ ...NEW, sessions: ['one'] });
  for (let sent = 1; sent <= 3; sent++) {
    await until('one more', () => times.length >= sent);
    host.kill();
    host = world.open();
  }
  await host.end();
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(250_000);
});

test('a host that is killed at any moment writes to nobody twice and forgets nobody', async () => {
  const world = createCampaignsWorld();
  let handed = 0;
  let inDoubt = 0;
  // The page takes each message; of every third the host hears nothing any more.
  for (const { outbox } of world.numbers)
    outbox.answer = async () => {
      if (++handed % 3 !== 0) return `id-${handed}`;
      inDoubt += 1;
      return new Promise(() => undefined);
    };
  let host = world.open();
  await host.campaigns.contacts.import({ list: 'all', text: people(30) });
  await host.campaigns.create(NEW);
  for (let crashes = 1; crashes <= 6; crashes++) {
    await until(
      'a message in doubt',
      () => inDoubt >= crashes,
      () => sentBy(world),
    );
    host.kill();
    host = world.open();
  }
  for (const { outbox } of world.numbers) outbox.answer = async () => `id-${++handed}`;
  host.kill();
  host = world.open();
  await until(
    'its end',
    async () => (await host.campaigns.report('spring')).state === 'done',
    () => sentBy(world),
  );
  const all = sentBy(world).flat();
  expect(new Set(all).size).toBe(30);
  expect(all).toHaveLength(30);
  const { uncertain, pending } = (await host.campaigns.report('spring')).progress;
  expect([uncertain, pending]).toEqual([inDoubt, 30 - inDoubt]);
  await host.end();
});

test('contacts need a number, a day and a source of their consent', async () => {
  const world = createCampaignsWorld();
  const { campaigns, end } = world.open();
  const text = [
    'Phone;Name;Opt_In;opt_in_source',
    '+966 50 110 0001;Anna;2025-11-01;shop',
    '966501100002;Bob;yes;shop',
    'none;Chris;2025-11-01;shop',
    '966501100003;Dora;2027-11-01;shop',
    '966501100004;Eve;2025-11-01;',
    '966501100001;Anna M.;2025-11-02;shop',
  ].join('\r\n');
  const report = await campaigns.contacts.import({ list: 'l', text });
  expect(report).toMatchObject({ rows: 6, taken: 2, contacts: 1, refusedTotal: 4 });
  expect(report.refused.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
  expect(await campaigns.contacts.import({ list: 'l', text, source: 'fair' })).toMatchObject({ taken: 3, contacts: 2 });
  expect((await campaigns.contacts.of('l').next()).value).toEqual({
    number: '966501100001',
    fields: { name: 'Anna M.' },
    optIn: { at: '2025-11-02T00:00:00.000Z', source: 'shop' },
  });
  await expect(campaigns.contacts.import({ list: 'l', text: 'name\nAnna' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await end();
});
