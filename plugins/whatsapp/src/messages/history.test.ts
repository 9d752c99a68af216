import { expect, test } from 'vitest';
import { Config } from '../schemas.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { heardOf } from './heard.ts';
import { History, type KeptChat, type KeptMessage, type NewKept } from './history.ts';

function createWorld(config: Record<string, unknown> = {}) {
  const kinds = { messages: createMemoryRecords<KeptMessage>(), chats: createMemoryRecords<KeptChat>() };
  const runtime = {
    config: () => Config.parse(config),
    now: () => 0,
    records: (kind: string) => kinds[kind as keyof typeof kinds] as never,
  };
  /** As a host that starts. */
  const open = (): History => new History({ runtime, account: 'a' });
  return { ...kinds, open, history: open() };
}

const message = (id: string, more: Partial<NewKept> = {}) => ({
  id,
  chat: 'x@c.us',
  fromMe: false,
  author: null,
  text: `text ${id}`,
  type: 'chat',
  ack: 0,
  key: null,
  at: 1,
  ...more,
});

test('a message that is told twice is kept once; an own one gets its key also when it was seen before', async () => {
  const { history } = createWorld();
  expect(await history.add(message('1', { name: 'Anna' }))).toBe(true);
  expect(await history.add(message('1'))).toBe(false);
  expect(await history.add(message('2', { fromMe: true }))).toBe(true);
  expect(await history.add(message('2', { fromMe: true, key: 'k' }))).toBe(false);
  expect(await history.get('2')).toMatchObject({ key: 'k' });
  await history.acknowledge('2', 3);
  await history.acknowledge('2', 1);
  expect(await history.get('2')).toMatchObject({ ack: 3 });
});

test('a chat knows its name, its last words and how many are new', async () => {
  const { history, chats } = createWorld();
  await history.add(message('1', { chatName: 'Anna', at: 1 }));
  await history.add(message('2', { text: 'two\nlines', at: 2 }));
  expect((await chats.get('a/x@c.us'))?.data).toEqual({ chat: 'x@c.us', name: 'Anna', last: 'two lines', unread: 2 });
  await history.add(message('3', { fromMe: true, text: 'mine', at: 3 }));
  expect((await chats.get('a/x@c.us'))?.data).toMatchObject({ last: '> mine', unread: 0 });
});

test('one that is late stands in its place, and is not the last word of its chat', async () => {
  const { history, messages, chats } = createWorld();
  await history.add(message('1', { at: 1_000 }));
  await history.add(message('3', { at: 3_000, chatName: 'Anna' }));
  await history.add(message('2', { at: 1_000, place: 1_001, caughtUp: true }));
  expect((await messages.list({ group: 'a/x@c.us' })).map(({ data }) => data.id)).toEqual(['1', '2', '3']);
  expect((await chats.get('a/x@c.us'))?.data).toMatchObject({ last: 'text 3' });
  expect(await history.placeOf('2')).toBe(1_001);
  expect(await history.newestAt()).toBe(3_000);
});

test('a chat that a killed host did not come to is there once its message is told again', async () => {
  const { history, chats } = createWorld();
  await history.add(message('1', { at: 1_000 }));
  await chats.commit([{ remove: 'a/x@c.us' }]);
  expect(await history.add(message('1', { at: 1_000, chatName: 'Anna' }))).toBe(false);
  expect((await chats.get('a/x@c.us'))?.data).toMatchObject({ last: 'text 1', name: 'Anna', unread: 1 });
});

test('messages of one second stand in the order in which they came, also after a late one, and over a restart', async () => {
  const { history, messages, open } = createWorld();
  const order = async (): Promise<string[]> => (await messages.list({ group: 'a/x@c.us' })).map(({ data }) => data.id);
  await history.add(message('b', { at: 1_000 }));
  await history.add(message('c', { at: 1_000, place: 1_500, caughtUp: true }));
  await history.add(message('a', { at: 1_000 }));
  expect(await order()).toEqual(['b', 'c', 'a']);
  await open().add(message('0', { at: 1_000 }));
  expect(await order()).toEqual(['b', 'c', 'a', '0']);
});

test('only so many are kept, the newest', async () => {
  const { history, messages, chats } = createWorld({ keepMessages: 20, keepChats: 2 });
  for (let number = 0; number < 100; number++) await history.add(message(`${number}`, { at: number }));
  expect(await messages.count({ group: 'a/x@c.us' })).toBeLessThanOrEqual(20);
  expect((await messages.list({ group: 'a/x@c.us', newestFirst: true, limit: 1 }))[0]?.data.id).toBe('99');
  for (let number = 100; number < 150; number++) await history.add(message(`${number}`, { at: number, chat: `y${number}@c.us` }));
  expect(await chats.count({ group: 'a' })).toBe(2);
  expect(await messages.count({ group: 'a/x@c.us' })).toBe(0);
});

test.each([
  [
    'the library tells',
    {
      id: { _serialized: 'm', fromMe: false, remote: 'x@c.us' },
      body: 'hi',
      type: 'chat',
      timestamp: 5,
      ack: 1,
      _data: { notifyName: 'A‮b' },
    },
  ],
  [
    'the page has',
    {
      id: { _serialized: 'm', fromMe: false, remote: { _serialized: 'x@c.us' } },
      body: 'hi',
      type: 'chat',
      t: 5,
      ack: 1,
      notifyName: 'A‮b',
    },
  ],
])('a message is understood as %s it', (_who, told) => {
  expect(heardOf(told, 9)).toEqual({
    id: 'm',
    chat: 'x@c.us',
    fromMe: false,
    author: null,
    text: 'hi',
    type: 'chat',
    ack: 1,
    at: 5_000,
    name: 'A\ufffdb',
  });
});

test.each([null, undefined, 'x', {}, { id: {} }])('%j is no message', (told) => {
  expect(heardOf(told, 9)).toBeUndefined();
});
