import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Config } from '../schemas.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { Media, type FetchedMedia, type KeptMedia } from './media.ts';

async function createWorld(config: Record<string, unknown> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'muster-media-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const records = createMemoryRecords<KeptMedia>();
  let now = 0;
  const runtime = {
    config: () => Config.parse(config),
    records: () => records as never,
    now: () => (now += 1),
    event: () => undefined,
    directory,
  };
  const bytesOf = new Map<string, number>();
  const fetch = async (id: string): Promise<FetchedMedia | undefined> =>
    bytesOf.has(id) ? { mime: 'image/png', bytes: Buffer.alloc(bytesOf.get(id) ?? 0) } : undefined;
  const media = new Media({ runtime, account: 'a', clientId: 'one', fetch });
  return {
    media,
    /** A message with a file of so many bytes; -1: WhatsApp does not have it. */
    async hear(id: string, bytes: number) {
      if (bytes >= 0) bytesOf.set(id, bytes);
      await media.heard({ id, chat: 'c', media: { mime: 'image/png', name: null, bytes: Math.max(0, bytes) } });
    },
    states: async () => Object.fromEntries((await records.list({ limit: 100 })).map(({ data }) => [data.message, data.state])),
    files: () => readdir(join(directory, 'media', 'one')),
  };
}

test('one that is asked for several times at once is kept once, and takes its room once', async () => {
  const { media, hear, states, files } = await createWorld({ saveMedia: false, keepMediaBytes: 100 });
  await hear('first', 10);
  await media.fetchNow('first');
  await hear('second', 40);
  const asked = await Promise.all(Array.from({ length: 5 }, () => media.fetchNow('second')));
  expect(new Set(asked.map(({ path }) => path)).size).toBe(1);
  await hear('third', 40);
  await media.fetchNow('third');
  // 90 of 100 bytes: nothing had to go.
  expect(await states()).toEqual({ first: 'saved', second: 'saved', third: 'saved' });
  expect(await files()).toHaveLength(3);
});

test('the oldest go when newer ones need the room, and those of messages that go', async () => {
  const { media, hear, states, files } = await createWorld({ keepMediaBytes: 100 });
  for (const id of ['first', 'second', 'third']) await hear(id, 40);
  await hear('gone', -1);
  await expect.poll(states).toEqual({ first: 'removed', second: 'saved', third: 'saved', gone: 'failed' });
  await media.forget(['a/first', 'a/second']);
  expect(await states()).toEqual({ third: 'saved', gone: 'failed' });
  expect(await files()).toHaveLength(1);
});
