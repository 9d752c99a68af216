import { MusterError, type Records, type SessionContext } from '@muster/sdk';
import { expect, test } from 'vitest';
import { Config, type Account } from '../schemas.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { MailRoom } from './mail-room.ts';

const heard = (id: string, body: string) => ({
  id: { _serialized: id, fromMe: false, remote: '966500000002@c.us' },
  body,
  timestamp: 1_700_000_000,
});

/** A session without a page, over records that outlive it; one that dies writes no message of a chat any more. */
function openMail(
  kinds: Map<string, Records<never>>,
  { dies = () => false }: { dies?: () => boolean } = {},
): { mail: MailRoom; told: string[] } {
  const told: string[] = [];
  const context = {
    account: { id: 'a' },
    config: () => Config.parse({}),
    records(kind: string) {
      const records = kinds.get(kind) ?? createMemoryRecords<never>();
      kinds.set(kind, records);
      const commit: typeof records.commit = (changes) => (dies() ? Promise.reject(new Error('killed')) : records.commit(changes));
      return kind === 'messages' ? { ...records, commit } : records;
    },
    now: () => 1_700_000_000_000,
    event: ({ type }: { type: string }) => void told.push(type),
    directory: '/nowhere',
  } as unknown as SessionContext<Config, Account>;
  const supervisor = {
    state: 'reconnecting',
    touch: () => undefined,
    get connection(): never {
      throw new MusterError('SESSION_NOT_READY', 'It has no page.');
    },
  };
  const { signal } = new AbortController();
  const mail = new MailRoom({ context, clientId: 'one', signal, supervisor: () => supervisor as never });
  return { mail, told };
}

test('who opts out is noted before the message is kept, and told of once, whenever the host is killed', async () => {
  const kinds = new Map<string, Records<never>>();
  const first = openMail(kinds, { dies: () => true });
  first.mail.take(heard('m1', 'STOP'));
  await first.mail.settled();
  expect(await kinds.get('opt-outs')?.get('966500000002')).toBeDefined();
  const second = openMail(kinds);
  second.mail.take(heard('m1', 'STOP'));
  await second.mail.settled();
  expect([first.told, second.told]).toEqual([['contact.opted-out', 'message.error'], ['message.received']]);
});

test('a host that is killed after it kept a message, or before, has its file fetched by the next one, and tells of each once', async () => {
  const kinds = new Map<string, Records<never>>();
  const file = { ...heard('m1', ''), _data: { directPath: '/v/1', mimetype: 'image/png', size: 3 } };
  const first = openMail(kinds, { dies: () => true });
  first.mail.take(file);
  await first.mail.settled();
  expect((await kinds.get('media')?.get('a/m1'))?.data).toMatchObject({ state: 'waiting' });
  // Kept, and killed before it was noted as done.
  const second = openMail(kinds);
  second.mail.take(file);
  await second.mail.settled();
  await kinds.get('noted')?.commit([{ remove: 'a/m1' }]);
  await kinds.get('media')?.commit([{ remove: 'a/m1' }]);
  const third = openMail(kinds);
  third.mail.take(file);
  await third.mail.settled();
  expect((await kinds.get('media')?.get('a/m1'))?.data).toMatchObject({ state: 'waiting' });
  expect([first.told, second.told, third.told]).toEqual([['message.error'], ['message.received'], []]);
});

test('a message that could not be noted is noted when it is told again', async () => {
  const kinds = new Map<string, Records<never>>();
  let tries = 0;
  const { mail, told } = openMail(kinds, { dies: () => ++tries === 1 });
  mail.take(heard('m1', 'hello'));
  mail.take(heard('m1', 'hello'));
  await mail.settled();
  expect(told).toEqual(['message.error', 'message.received']);
});
