import { MusterError } from '@muster/sdk';
import { expect, test } from 'vitest';
import { until } from '../testing/open-test-session.ts';
import { createOutboxWorld } from '../testing/test-outbox.ts';

const TO = '966500000002';
const MINUTE = 60_000;

test('messages leave in their order, each once, and follow their acknowledgements', async () => {
  const world = createOutboxWorld();
  const { outbox, end } = world.open();
  for (const text of ['one', 'two', 'three']) await outbox.add({ to: TO, text, key: text });
  expect(await outbox.settled('three', MINUTE)).toMatchObject({ state: 'pending', messageId: 'true_x@c.us_3' });
  expect(world.handed.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  for (const [ack, state] of [
    [1, 'sent'],
    [3, 'read'],
    [2, 'read'],
    [1, 'read'],
  ] as const) {
    await outbox.acknowledge('true_x@c.us_2', undefined, ack);
    expect(await outbox.get('two')).toMatchObject({ state });
  }
  expect(outbox.queued).toBe(0);
  await end();
});

test('only so many that were sent are known for their keys, the newest', async () => {
  const world = createOutboxWorld({ keepSent: 100 });
  const { outbox, end } = world.open();
  const count = 401;
  for (let number = 0; number < count; number++) await outbox.add({ to: TO, text: 'x', key: `k${number}` });
  await outbox.settled(`k${count - 1}`, MINUTE);
  expect(world.handed).toHaveLength(count);
  expect(await world.records.count()).toBe(101);
  expect(await outbox.get('k299')).toBeUndefined();
  expect(await outbox.get('k300')).toMatchObject({ state: 'pending' });
  await end();
});

test('an acknowledgement that comes before the id of its message is not lost', async () => {
  const world = createOutboxWorld();
  const { outbox, end } = world.open();
  world.answer = async () => {
    await outbox.acknowledge('early', undefined, 2);
    return 'early';
  };
  await outbox.add({ to: TO, text: 'x', key: 'k' });
  await until('its acknowledgement', async () => (await outbox.get('k'))?.state !== 'pending' && world.changes.length > 1);
  expect(await outbox.get('k')).toMatchObject({ state: 'delivered', messageId: 'early' });
  await end();
});

test('the same key is sent once, and refused for another message', async () => {
  const world = createOutboxWorld();
  const { outbox, end } = world.open();
  await Promise.all([
    outbox.add({ to: TO, text: 'x', key: 'k' }),
    outbox.add({ to: TO, text: 'x', key: 'k' }),
    outbox.add({ to: TO, text: 'y', key: 'other' }),
  ]);
  await outbox.settled('k', MINUTE);
  expect(await outbox.add({ to: `+${TO}`, text: 'x', key: 'k' })).toMatchObject({ key: 'k', state: 'pending' });
  await expect(outbox.add({ to: TO, text: 'other', key: 'k' })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(world.handed).toHaveLength(2);
  await end();
});

test('it waits until the session is ready, and keeps its pace', async () => {
  const world = createOutboxWorld({ sendPaceMs: 5_000 });
  world.ready = false;
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'one' });
  await outbox.add({ to: TO, text: 'two', key: 'two' });
  const begun = world.time;
  await until('it waited', () => world.time > begun + 1_000);
  expect(world.handed).toEqual([]);
  world.ready = true;
  outbox.wake();
  await outbox.settled('two', MINUTE);
  const [one, two] = world.handed;
  expect((two?.triedAt ?? 0) - (one?.triedAt ?? 0)).toBeGreaterThanOrEqual(5_000);
  await end();
});

test('what rests for now holds up nothing behind it, and goes when it may', async () => {
  const world = createOutboxWorld();
  world.rests = ({ campaign }) => campaign !== undefined;
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'offer', key: 'offer', campaign: 'spring' });
  await outbox.add({ to: TO, text: 'answer', key: 'answer' });
  expect(await outbox.settled('answer', MINUTE)).toMatchObject({ state: 'pending' });
  expect(await outbox.get('offer')).toMatchObject({ state: 'queued' });
  world.rests = () => false;
  expect(await outbox.settled('offer', MINUTE)).toMatchObject({ state: 'pending' });
  expect(world.handed.map(({ text }) => text)).toEqual(['answer', 'offer']);
  await end();
});

test('what has to rest by the time that it may go does not go', async () => {
  const world = createOutboxWorld();
  let evening = false;
  world.rests = () => evening;
  Object.defineProperty(world, 'refusal', { get: () => void (evening = true) });
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'offer', key: 'offer', campaign: 'spring' });
  const before = world.time;
  await expect.poll(() => evening && world.time > before + 1_000).toBe(true);
  expect([world.handed, await outbox.get('offer')]).toMatchObject([[], { state: 'queued' }]);
  await end();
});

test('what was surely not sent has failed; what may have been is uncertain, and is not tried again', async () => {
  const world = createOutboxWorld();
  const { outbox, end } = world.open();
  world.answer = () => Promise.reject(new MusterError('NOT_SENT', 'is not on WhatsApp'));
  await outbox.add({ to: TO, text: 'a', key: 'a' });
  expect(await outbox.settled('a', MINUTE)).toMatchObject({ state: 'failed', why: 'is not on WhatsApp' });
  world.answer = () => Promise.reject(new Error('Target closed'));
  await outbox.add({ to: TO, text: 'b', key: 'b' });
  expect(await outbox.settled('b', MINUTE)).toMatchObject({ state: 'uncertain', why: 'Target closed' });
  world.find = async () => 'found';
  await outbox.add({ to: TO, text: 'c', key: 'c' });
  expect(await outbox.settled('c', MINUTE)).toMatchObject({ state: 'pending', messageId: 'found' });
  await end();
  expect(world.handed).toHaveLength(3);
  const again = world.open();
  await again.outbox.add({ to: TO, text: 'd', key: 'd' });
  await again.outbox.settled('d', MINUTE);
  expect(world.handed.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
  await again.end();
});

test('a session that is not ready after all puts it back', async () => {
  const world = createOutboxWorld();
  let tries = 0;
  world.answer = async () => {
    if (++tries < 3) throw new MusterError('SESSION_NOT_READY', 'it is reconnecting');
    return 'id';
  };
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'a', key: 'a' });
  expect(await outbox.settled('a', MINUTE)).toMatchObject({ state: 'pending' });
  await end();
});

test('a host that is killed while one is being sent sends the rest, and reports that one as uncertain', async () => {
  const world = createOutboxWorld();
  const first = world.open();
  world.answer = () => new Promise(() => undefined);
  await first.outbox.add({ to: TO, text: 'a', key: 'a' });
  await first.outbox.add({ to: TO, text: 'b', key: 'b' });
  await until('it is being sent', () => world.handed.length === 1);
  // Nothing of the first is waited for: what it left in the records is all that there is.
  world.answer = async () => 'id';
  const second = world.open();
  expect(await second.outbox.settled('b', MINUTE)).toMatchObject({ state: 'pending' });
  expect(await second.outbox.get('a')).toMatchObject({ state: 'uncertain', why: 'the session ended while it was being sent' });
  expect(world.handed.map(({ text }) => text)).toEqual(['a', 'b']);
  await second.end();
});

test('a message that could not leave for too long is dropped, one that must not be sent any more is cancelled', async () => {
  const world = createOutboxWorld({ messageTtlMs: 60_000 });
  world.ready = false;
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'old', key: 'old' });
  world.time += 61_000;
  world.ready = true;
  outbox.wake();
  expect(await outbox.settled('old', MINUTE)).toMatchObject({ state: 'expired' });
  world.refusal = 'they opted out';
  await outbox.add({ to: TO, text: 'no', key: 'no' });
  expect(await outbox.settled('no', MINUTE)).toMatchObject({ state: 'cancelled', why: 'they opted out' });
  expect(world.handed).toEqual([]);
  await end();
});

test('a page that takes it too late leaves it in doubt; a late acknowledgement clears it up', async () => {
  const world = createOutboxWorld({ sendTimeoutMs: 1_000 });
  world.answer = () => new Promise(() => undefined);
  const { outbox, end } = world.open();
  await outbox.add({ to: TO, text: 'a', key: 'a' });
  expect(await outbox.settled('a', MINUTE)).toMatchObject({ state: 'uncertain' });
  await outbox.acknowledge('late', 'a', 1);
  expect(await outbox.get('a')).toMatchObject({ state: 'sent', messageId: 'late' });
  await end();
});

test.each(['', 'nobody', '12'])('a message to “%s” is refused', async (to) => {
  const world = createOutboxWorld();
  const { outbox, end } = world.open();
  await expect(outbox.add({ to, text: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await end();
});
