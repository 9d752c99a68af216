import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localTime } from '../campaigns/calendar.ts';
import { openNumbers } from '../testing/open-numbers.ts';
import { openTestWorld, until } from '../testing/open-test-session.ts';

const [ONE, TWO, THREE] = ['966500000001', '966500000002', '966500000003'];

test('two numbers write to each other at the same time: each message arrives once, in its order, and is told as delivered', async () => {
  await using world = await openTestWorld({ config: { sendPaceMs: 0 } });
  const [one, two] = await openNumbers(world, [ONE, TWO]);
  if (!one || !two) throw new Error('two were asked for');
  for (let number = 0; number < 5; number++) {
    await one.session.outbox.add({ to: TWO, text: `a${number}`, key: `a${number}` });
    await two.session.outbox.add({ to: `${ONE}@c.us`, text: `b${number}`, key: `b${number}` });
  }
  await until('all delivered', async () => {
    const messages = await Promise.all(
      [0, 1, 2, 3, 4].flatMap((n) => [one.session.outbox.get(`a${n}`), two.session.outbox.get(`b${n}`)]),
    );
    return messages.every((message) => message?.state === 'delivered');
  });
  await until('all are kept', async () => (await one.texts()).length + (await two.texts()).length === 10);
  expect(await two.texts()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
  expect(await one.texts()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4']);
  expect(one.told.events.filter(({ type }) => type === 'message.received').map(({ fields }) => fields?.['text'])).toEqual(
    await one.texts(),
  );

  // A file and a poll go the same way.
  const file = join(world.host.profiles, 'hello.txt');
  await writeFile(file, 'hello file');
  await one.session.outbox.add({ to: TWO, text: 'look', key: 'f', attachment: { kind: 'media', path: file, asDocument: true } });
  await one.session.outbox.add({
    to: TWO,
    text: 'when?',
    key: 'p',
    attachment: { kind: 'poll', options: ['now', 'later'], multiple: false },
  });
  await until('both delivered', async () => (await one.session.outbox.get('p'))?.state === 'delivered');
  const { sent, files } = world.simulator.service;
  expect(sent.slice(-2)).toMatchObject([
    { kind: 'document', body: 'look' },
    { kind: 'poll_creation', body: 'when?' },
  ]);
  expect(files.get(sent.at(-2)?.filehash ?? '')?.toString()).toBe('hello file');
  await one.session.outbox.add({
    to: TWO,
    text: '',
    key: 'no',
    attachment: { kind: 'media', path: '/no/such/file', asDocument: false },
  });
  expect(await one.session.outbox.settled('no', 30_000)).toMatchObject({ state: 'failed' });
  await one.session.outbox.add({ to: '12345', text: 'x', key: 'none' }).catch(() => undefined);
  await one.session.outbox.add({ to: '123456', text: 'x', key: 'unknown' });
  expect(await one.session.outbox.settled('unknown', 30_000)).toMatchObject({
    state: 'failed',
    why: '123456@c.us is not on WhatsApp.',
  });
  await Promise.all([one.session.close(), two.session.close()]);
});

test('a message given while the network is cut leaves once when it is back; what came before anybody listened is taken', async () => {
  await using world = await openTestWorld({ config: { sendPaceMs: 0 } });
  const [one] = await openNumbers(world, [ONE]);
  if (!one) throw new Error('one was asked for');
  world.simulator.service.drop({ ms: 1_000 });
  await until('it noticed', () => one.told.reports.some(({ status }) => status === 'reconnecting'));
  await one.session.outbox.add({ to: TWO, text: 'later', key: 'k' });
  expect(await one.session.outbox.settled('k', 30_000)).toMatchObject({ state: 'pending' });
  await until('sent', () => world.simulator.service.sent.length > 0);
  await one.session.close();
  expect(world.simulator.service.sent.map(({ body }) => body)).toEqual(['later']);
  // The service keeps it, and gives it to the page long before the library listens there.
  world.simulator.service.incoming({ to: `${ONE}@c.us`, from: `${TWO}@c.us`, body: 'while away' });
  const [again] = await openNumbers(world, [ONE]);
  await until('it is kept', async () => (await again?.texts())?.includes('while away') === true);
  expect(again?.told.events.filter(({ type }) => type === 'message.received')).toHaveLength(1);
  await again?.session.close();
});

test('who writes the word is noted as opted out at once, and nobody is written to by a campaign in quiet hours', async () => {
  await using world = await openTestWorld();
  const [one] = await openNumbers(world, [ONE]);
  if (!one) throw new Error('one was asked for');
  world.simulator.service.incoming({ to: `${ONE}@c.us`, from: `${TWO}@c.us`, body: 'Stop!' });
  await until('noted', async () => (await one.records('opt-outs').get(TWO)) !== undefined);
  await one.session.outbox.add({ to: TWO, text: 'offer', key: 'c', campaign: 'spring' });
  await until('cancelled', async () => (await one.session.outbox.get('c'))?.state === 'cancelled');
  expect(world.simulator.service.sent).toEqual([]);

  // In quiet hours campaigns rest, and what a person sends goes.
  const { config } = world.host;
  const time = (ms: number): string => localTime(Date.now() + ms, 'Asia/Riyadh').time;
  world.host.config = { ...config, timeZone: 'Asia/Riyadh', quietFrom: time(-3_600_000), quietUntil: time(3_600_000) };
  await one.session.outbox.add({ to: THREE, text: 'offer', key: 'offer', campaign: 'spring' });
  await one.session.outbox.add({ to: THREE, text: 'answer', key: 'answer' });
  expect(await one.session.outbox.settled('answer', 30_000)).not.toMatchObject({ state: 'queued' });
  expect(await one.session.outbox.get('offer')).toMatchObject({ state: 'queued' });
  world.host.config = config;
  await until('it goes', async () => (await one.session.outbox.get('offer'))?.state !== 'queued');
  await one.session.close();
});
