import type { Records, SessionContext } from '@muster/sdk';
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
function openMail(kinds: Map<string, Records<never>>, { dies = false } = {}): { mail: MailRoom; told: string[] } {
  const told: string[] = [];
  const context = {
    account: { id: 'a' },
    config: () => Config.parse({}),
    records(kind: string) {
      const records = kinds.get(kind) ?? createMemoryRecords<never>();
      kinds.set(kind, records);
      return dies && kind === 'messages' ? { ...records, commit: () => Promise.reject(new Error('killed')) } : records;
    },
    now: () => 1_700_000_000_000,
    event: ({ type }: { type: string }) => void told.push(type),
    directory: '/nowhere',
  } as unknown as SessionContext<Config, Account>;
  const supervisor = { state: 'reconnecting', touch: () => undefined } as never;
  const mail = new MailRoom({ context, clientId: 'one', signal: new AbortController().signal, supervisor: () => supervisor });
  return { mail, told };
}

test('who opts out is noted before the message is kept, and told of once, whenever the host is killed', async () => {
  const kinds = new Map<string, Records<never>>();
  const first = openMail(kinds, { dies: true });
  first.mail.take(heard('m1', 'STOP'));
  await first.mail.settled();
  expect(await kinds.get('opt-outs')?.get('966500000002')).toBeDefined();
  const second = openMail(kinds);
  second.mail.take(heard('m1', 'STOP'));
  await second.mail.settled();
  expect([first.told, second.told]).toEqual([['contact.opted-out', 'message.error'], ['message.received']]);
});
