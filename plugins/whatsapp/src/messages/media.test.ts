import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { Config } from '../schemas.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { Media, type FetchedMedia, type KeptMedia } from './media.ts';

const fileOf = (bytes: number): FetchedMedia => ({
  mime: 'image/png',
  bytes,
  async *pieces() {
    for (let left = bytes; left > 0; left -= 16) yield Buffer.alloc(Math.min(left, 16));
  },
  close: async () => undefined,
});

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
  const page = { there: true, hangsOn: '', asked: 0, fetched: 0 };
  const fetch = async (id: string): Promise<FetchedMedia | undefined> => {
    page.asked += 1;
    if (!page.there || page.hangsOn === id) throw new MusterError('SESSION_NOT_READY', 'it is away');
    page.fetched += 1;
    return bytesOf.has(id) ? fileOf(bytesOf.get(id) ?? 0) : undefined;
  };
  const media = new Media({ runtime, account: 'a', clientId: 'one', fetch });
  return {
    media,
    page,
    folder: join(directory, 'media', 'one'),
    /** A message with a file of so many bytes; -1: WhatsApp does not have it. */
    async hear(id: string, bytes: number) {
      if (bytes >= 0) bytesOf.set(id, bytes);
      await media.heard({ id, chat: 'c', media: { mime: 'image/png', name: null, bytes: Math.max(0, bytes) } });
      media.fetchLater(id);
    },
    states: async () => Object.fromEntries((await records.list({ limit: 10_000 })).map(({ data }) => [data.message, data.state])),
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

test('all that waits is fetched when the page is there again, however much it is, and what waits on holds up nothing', async () => {
  const { media, page, hear, states } = await createWorld();
  page.there = false;
  for (let number = 0; number < 600; number++) await hear(`m${number}`, number === 3 ? -1 : 1);
  await expect.poll(() => page.asked).toBe(600);
  page.there = true;
  page.hangsOn = 'm1';
  media.ready();
  const counts = async (): Promise<Record<string, number>> => {
    const all = Object.values(await states());
    return Object.fromEntries([...new Set(all)].map((state) => [state, all.filter((one) => one === state).length]));
  };
  await expect.poll(counts).toEqual({ waiting: 1, failed: 1, saved: 598 });
});

test('a file that no browser can take is refused by its size, before it is fetched, and by what comes', async () => {
  const { media, page, hear, states, folder } = await createWorld({ saveMedia: false });
  await hear('huge', 300 * 1_048_576);
  await expect(media.fetchNow('huge')).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringContaining('at most 268435456 can be fetched') as string,
  });
  expect(page.fetched).toBe(0);
  expect(await states()).toEqual({ huge: 'too-large' });
  // Those that a killed host did not finish.
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'left.part'), 'half');
  await hear('small', 40);
  await media.fetchNow('small');
  expect((await readdir(folder)).map((name) => name.split('.')[1])).toEqual(['png']);
});

test('files are kept again once the folder of files can be made, or was removed, while the host runs', async () => {
  const { media, folder, hear, files } = await createWorld({ saveMedia: false });
  await writeFile(join(folder, '..', '..', 'media'), 'in the way');
  for (const id of ['one', 'two']) await hear(id, 10);
  await expect(media.fetchNow('one')).rejects.toThrow('ENOTDIR');
  await rm(join(folder, '..'));
  await media.fetchNow('one');
  await rm(join(folder, '..'), { recursive: true });
  await media.fetchNow('two');
  expect(await files()).toHaveLength(1);
});
