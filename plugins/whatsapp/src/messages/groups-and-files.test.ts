import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNumbers } from '../testing/open-numbers.ts';
import { openTestWorld, until, type TestWorld } from '../testing/open-test-session.ts';
import type { KeptChat, KeptMessage } from './history.ts';
import type { KeptMedia } from './media.ts';
import { mediaFolder } from './media-files.ts';
import { Votes } from './votes.ts';

const [ONE, TWO, THREE, FOUR] = ['966500000001', '966500000002', '966500000003', '966500000004'];
const GROUP = '120363000000000001@g.us';
const wid = (number: string): string => `${number}@c.us`;

// Two linked numbers for all of these.
let world: TestWorld;
let one: Awaited<ReturnType<typeof openNumbers>>[number];
let two: Awaited<ReturnType<typeof openNumbers>>[number];
beforeAll(async () => {
  world = await openTestWorld({ config: { sendPaceMs: 0, mediaMaxBytes: 10_000 } });
  [one, two] = (await openNumbers(world, [ONE, TWO])) as [typeof one, typeof two];
});
afterAll(async () => {
  await Promise.all([one.session.close(), two.session.close()]);
  await world[Symbol.asyncDispose]();
});

const heardBy = async (number: typeof one, text: string): Promise<KeptMessage> => {
  let found: KeptMessage | undefined;
  await until(`${number.number} hears “${text}”`, async () => {
    const kept = await number.records<KeptMessage>('messages').list({ limit: 1_000 });
    found = kept.find(
      ({ key, data }) => key.startsWith(`account-n${number.number}/`) && !data.fromMe && data.text === text,
    )?.data;
    return found !== undefined;
  });
  return found as KeptMessage;
};
const mediaOf = async (number: typeof one, text: string, state: KeptMedia['state']): Promise<KeptMedia> => {
  const { id } = await heardBy(number, text);
  let media: KeptMedia | undefined;
  await until(
    `its file is ${state}`,
    async () => {
      media = (await number.records<KeptMedia>('media').get(`account-n${number.number}/${id}`))?.data;
      return media?.state === state;
    },
    () => media,
  );
  return media as KeptMedia;
};
const incoming = (
  body: string,
  more: { from?: string; group?: string; file?: { name?: string; mimetype: string; bytes: string } } = {},
) => world.simulator.service.incoming({ to: wid(ONE), from: wid(THREE), body, ...more });

test('a group is written to and heard: by whom, in which group, under the name of the group', async () => {
  world.simulator.service.setGroup({ id: GROUP, subject: 'Drivers', members: [wid(ONE), wid(TWO), wid(THREE)], announce: false });
  await until('the page knows it', async () => (await one.session.client.getChats()).some(({ name }) => name === 'Drivers'));
  const chat = (await one.session.client.getChats()).find(({ isGroup }) => isGroup);
  expect((chat as unknown as { participants: unknown[] }).participants).toHaveLength(3);

  await one.session.outbox.add({ to: GROUP, text: 'to all', key: 'g' });
  expect(await heardBy(two, 'to all')).toMatchObject({ chat: GROUP, author: wid(ONE), fromMe: false });
  await until('delivered', async () => (await one.session.outbox.get('g'))?.state === 'delivered');

  incoming('from a member', { group: GROUP });
  expect(await heardBy(one, 'from a member')).toMatchObject({ chat: GROUP, author: wid(THREE) });
  const known = await one.records<KeptChat>('chats').get(`account-n${ONE}/${GROUP}`);
  expect(known?.data.name).toBe('Drivers');
  expect(one.told.events.findLast(({ type }) => type === 'message.received')?.fields).toMatchObject({
    from: wid(THREE),
    chat: GROUP,
  });
  await one.session.outbox.add({ to: '120363000000000099@g.us', text: 'x', key: 'none' });
  expect(await one.session.outbox.settled('none', 30_000)).toMatchObject({ state: 'failed' });
});

test('who writes the word in a group is out of campaigns too', async () => {
  incoming('STOP', { group: GROUP, from: wid(FOUR) });
  await until('noted', async () => (await one.records('opt-outs').get(FOUR)) !== undefined);
  expect(one.told.events.find(({ type }) => type === 'contact.opted-out')?.fields).toMatchObject({ from: wid(FOUR) });
});

test('a file that comes is kept for its owner alone, under a name that its sender did not choose', async () => {
  const path = join(world.host.profiles, 'bill.txt');
  await writeFile(path, 'the bill');
  await one.session.outbox.add({ to: TWO, text: 'your bill', key: 'f', attachment: { kind: 'media', path, asDocument: true } });
  const bill = await mediaOf(two, 'your bill', 'saved');
  expect(bill).toMatchObject({ name: 'bill.txt', mime: 'text/plain', bytes: 8 });
  const kept = join(mediaFolder(world.host.profiles, `n${TWO}`), bill.file ?? '');
  expect(await readFile(kept, 'utf8')).toBe('the bill');
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
  expect((await stat(join(kept, '..'))).mode & 0o777).toBe(0o700);

  const bytes = Buffer.from('<script>').toString('base64');
  incoming('evil', { file: { name: '../../../evil.html\u001b[2J', mimetype: 'text/html', bytes } });
  const evil = await mediaOf(one, 'evil', 'saved');
  expect(evil.file).toMatch(/^[0-9a-f]{32}\.bin$/);
  expect(evil.name).not.toContain('\u001b');
  expect(one.told.events.findLast(({ type }) => type === 'message.media')?.fields).toMatchObject({ bytes: 8, chat: wid(THREE) });
});

test('a file over the bound comes when it is asked for; one that WhatsApp has no more is told so', async () => {
  incoming('large', { file: { mimetype: 'image/png', bytes: Buffer.alloc(20_000, 1).toString('base64') } });
  const large = await mediaOf(one, 'large', 'too-large');
  const fetched = await one.session.media.fetchNow(large.message);
  expect((await stat(fetched.path)).size).toBe(20_000);
  expect(fetched.path).toMatch(/\.png$/);

  const { service } = world.simulator;
  const before = new Set(service.files.keys());
  world.host.config = { ...world.host.config, saveMedia: false };
  incoming('gone', { file: { mimetype: 'image/png', bytes: Buffer.from('gone').toString('base64') } });
  const gone = await mediaOf(one, 'gone', 'not-fetched');
  for (const hash of service.files.keys()) if (!before.has(hash)) service.files.delete(hash);
  await expect(one.session.media.fetchNow(gone.message)).rejects.toThrow('does not have the file any more');
  await expect(one.session.media.fetchNow('false_x@c.us_1')).rejects.toThrow('No message');
  world.host.config = { ...world.host.config, saveMedia: true, keepMediaBytes: 10 };
  incoming('newest', { file: { mimetype: 'image/png', bytes: Buffer.from('newest').toString('base64') } });
  await mediaOf(one, 'newest', 'saved');
  // The oldest went: the room is for ten bytes.
  await mediaOf(one, 'large', 'removed');
  await expect(stat(fetched.path)).rejects.toThrow('ENOENT');
});

test('votes in a poll are counted by voter; the last word of each counts', async () => {
  await one.session.outbox.add({
    to: TWO,
    text: 'When?',
    key: 'poll',
    attachment: { kind: 'poll', options: ['now', 'later'], multiple: false },
  });
  expect(await heardBy(two, 'When?')).toMatchObject({ type: 'poll_creation', options: ['now', 'later'] });
  const id = (await one.session.outbox.get('poll'))?.messageId ?? '';
  const votes = new Votes({ records: one.records, now: () => 0 });
  const counted = (...options: string[]): Promise<void> =>
    until('it is counted', async () => {
      const [vote] = await votes.of(`account-n${ONE}`, id);
      return vote?.voter === wid(TWO) && vote.options.join() === options.join();
    });
  const poll = world.simulator.service.sent.at(-1)?.id ?? '';
  const vote = (...options: string[]): void => world.simulator.service.vote({ poll, from: wid(TWO), options });
  vote('now');
  await counted('now');
  vote('later');
  await counted('later');
  vote();
  await counted();
  expect(one.told.events.filter(({ type }) => type === 'poll.voted').map(({ fields }) => fields?.['options'])).toEqual([
    ['now'],
    ['later'],
    [],
  ]);
});

test('somebody known by another id is kept under the number, and so is an opt-out', async () => {
  world.simulator.service.register(wid('966500000005'), '111111111111111@lid');
  incoming('hello from a lid', { from: '111111111111111@lid' });
  expect(await heardBy(one, 'hello from a lid')).toMatchObject({ chat: wid('966500000005') });
  incoming('stop', { from: '111111111111111@lid' });
  await until('noted', async () => (await one.records('opt-outs').get('966500000005')) !== undefined);
});

test('an opt-out under an id whose number nobody knows counts once the number is known', async () => {
  incoming('unsubscribe', { from: '222222222222222@lid' });
  await until('noted', async () => (await one.records('opt-outs').get('222222222222222@lid')) !== undefined);
  world.simulator.service.register(wid('966500000006'), '222222222222222@lid');
  await one.session.outbox.add({ to: '966500000006', text: 'offer', key: 'c', campaign: 'spring' });
  expect(await one.session.outbox.settled('c', 30_000)).toMatchObject({ state: 'cancelled', why: 'they opted out' });
  expect(await one.records('opt-outs').get('966500000006')).toBeDefined();
  expect(world.simulator.service.sent.map(({ body }) => body)).not.toContain('offer');
});

test('a page that loads itself anew while it is ready loses no message, and hears none twice', async () => {
  const pages = world.simulator.counters()['pages'] ?? 0;
  world.simulator.service.devices.tell(wid(ONE), { type: 'reload' });
  incoming('while it loads');
  await until('it is there again', () => (world.simulator.counters()['pages'] ?? 0) > pages);
  incoming('as soon as it is there');
  await heardBy(one, 'while it loads');
  await heardBy(one, 'as soon as it is there');
  await until('it is ready', () => one.session.state === 'ready');
  incoming('afterwards');
  await heardBy(one, 'afterwards');
  const texts = one.told.events.filter(({ type }) => type === 'message.received').map(({ fields }) => fields?.['text']);
  expect(texts.slice(-3)).toEqual(['while it loads', 'as soon as it is there', 'afterwards']);
});

test('where chats go by the other id, what is sent to a number is kept under the number and acknowledged', async () => {
  await world.simulator.turn({ page: { lidChats: true } });
  await two.session.close();
  const [again] = await openNumbers(world, [TWO]);
  if (!again) throw new Error('one was asked for');
  two = again;
  world.simulator.service.register(wid('966500000007'), '333333333333333@lid');
  await two.session.outbox.add({ to: '966500000007', text: 'by number', key: 'lid' });
  await until('delivered', async () => (await two.session.outbox.get('lid'))?.state === 'delivered');
  const message = await two.session.outbox.get('lid');
  expect(message?.messageId).toContain('@lid');
  await until('it is kept', async () => (await two.session.history.get(message?.messageId ?? ''))?.chat === wid('966500000007'));
});
