import { MusterError, safeText, toMusterError, type PluginRuntime, type Records, type StoredRecord } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import type { HeardMedia } from './heard.ts';
import { MediaFiles, mediaFolder, type Draft } from './media-files.ts';
import { trim } from './trim.ts';

export const MEDIA_STATES = ['waiting', 'saved', 'too-large', 'not-fetched', 'failed', 'removed'] as const;
/** `not-fetched`: the settings say so. `removed`: newer ones needed the room. */
export type MediaState = (typeof MEDIA_STATES)[number];

/** What became of the file of one message. */
export interface KeptMedia extends HeardMedia {
  readonly message: string;
  readonly chat: string;
  readonly state: MediaState;
  /** Its name in the folder of the session. */
  readonly file: string | null;
  readonly why?: string;
}

/** A file that the page has: taken once, in pieces, so that it never stands in the host's memory. */
export interface FetchedMedia {
  readonly mime: string;
  readonly bytes: number;
  readonly pieces: () => AsyncIterable<Buffer>;
  readonly close: () => Promise<void>;
}

export interface MediaOptions {
  readonly runtime: Pick<PluginRuntime<Config, Account>, 'config' | 'records' | 'now' | 'event' | 'directory'>;
  readonly account: string;
  readonly clientId: string;
  /** From the page; undefined where WhatsApp does not have it any more. SESSION_NOT_READY while there is no page. */
  readonly fetch: (messageId: string) => Promise<FetchedMedia | undefined>;
}

const BATCH = 500;
/** A page holds a file twice while it decrypts it. */
const MAX_FETCHED = 256 * 1_048_576;
/** Of one state: also where messages are not kept, with which they would go. */
const MAX_NOTED = 10_000;
const GONE = 'WhatsApp does not have the file any more: it is still on the phone';

/** Files that came with messages: fetched one after the other, kept within the settings' bounds, the oldest removed first. */
export class Media {
  readonly #options: MediaOptions;
  readonly #records: Records<KeptMedia>;
  readonly #files: MediaFiles;
  #working: Promise<unknown> = Promise.resolve();
  /** What changes files, one after the other: what is asked for by a person comes beside what came by itself. */
  #storing: Promise<unknown> = Promise.resolve();
  #ended = false;
  /** Bytes of all kept files, once somebody counted. */
  #kept: number | undefined;

  constructor(options: MediaOptions) {
    const { runtime, clientId } = options;
    this.#options = options;
    this.#records = runtime.records<KeptMedia>('media');
    this.#files = new MediaFiles(mediaFolder(runtime.directory, clientId));
  }

  /** Noted when it resolves; the file comes with `fetchLater`, or when the session is ready again. */
  async heard(message: { readonly id: string; readonly chat: string; readonly media: HeardMedia }): Promise<void> {
    const { id, chat, media } = message;
    const { saveMedia, mediaMaxBytes } = this.#options.runtime.config();
    const state: MediaState = !saveMedia ? 'not-fetched' : media.bytes > mediaMaxBytes ? 'too-large' : 'waiting';
    if (await this.#get(id)) return;
    await this.#put({ ...media, message: id, chat, state, file: null });
  }

  fetchLater(messageId: string): void {
    this.#later(async () => {
      if ((await this.#get(messageId))?.data.state === 'waiting') await this.#fetch(messageId);
    });
  }

  /** The page is there: all that waits is fetched. */
  ready(): void {
    this.#later(async () => {
      // Those wait on, as where the page goes again.
      let left = 0;
      for (;;) {
        const waiting = await this.#records.list({ group: this.#group('waiting'), offset: left, limit: BATCH });
        if (waiting.length === 0) return;
        for (const { data } of waiting) {
          if (this.#ended) return;
          if ((await this.#fetch(data.message))?.state === 'waiting') left += 1;
        }
      }
    });
  }

  /**
   * Asked for by a person, whatever the settings say of size. NOT_FOUND when the message has no file; TOO_LARGE for one that a
   * browser cannot take; SESSION_NOT_READY.
   */
  async fetchNow(messageId: string): Promise<KeptMedia & { readonly path: string }> {
    const known = await this.#get(messageId);
    if (!known) throw new MusterError('NOT_FOUND', `No message ${safeText(messageId, 100)} with a file is known.`);
    const kept = known.data.state === 'saved' ? known.data : await this.#fetch(messageId, { anySize: true });
    if (kept?.state !== 'saved' || kept.file === null)
      throw new MusterError('NOT_FOUND', `The file of ${safeText(messageId, 100)} cannot be had: ${kept?.why ?? 'it is gone'}.`);
    return { ...kept, path: this.#files.path(kept.file) };
  }

  /** Of messages that are not kept any more, by their keys. */
  forget(keys: readonly string[]): Promise<void> {
    return this.#store(async () => {
      for (const key of keys) {
        const record = await this.#records.get(key);
        if (!record) continue;
        const { file, bytes } = record.data;
        if (file !== null) {
          await this.#files.remove(file);
          if (this.#kept !== undefined) this.#kept -= bytes;
        }
        await this.#records.commit([{ remove: key }]);
      }
    });
  }

  /** Resolves when nothing is fetched any more; what waits is fetched at the next start. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#working;
    await this.#storing;
  }

  async #fetch(messageId: string, { anySize = false } = {}): Promise<KeptMedia | undefined> {
    const { runtime, fetch } = this.#options;
    const record = await this.#get(messageId);
    if (!record || record.data.state === 'saved') return record?.data;
    const failed = (why: string): Promise<KeptMedia | undefined> =>
      this.#change(messageId, (data) => this.#put({ ...data, state: 'failed', why: safeText(why, 200) }));
    const most = anySize ? MAX_FETCHED : runtime.config().mediaMaxBytes;
    const tooLarge = async (bytes: number): Promise<KeptMedia | undefined> => {
      const noted = await this.#change(messageId, (data) => this.#put({ ...data, state: 'too-large', bytes }));
      if (!anySize) return noted;
      throw new MusterError(
        'TOO_LARGE',
        `The file of ${safeText(messageId, 100)} has ${bytes} bytes, and at most ${most} can be fetched: save it with the phone.`,
      );
    };
    let got: FetchedMedia | undefined;
    try {
      if (record.data.bytes > most) return await tooLarge(record.data.bytes);
      got = await fetch(messageId);
      if (!got) return await failed(GONE);
      if (got.bytes > most) return await tooLarge(got.bytes);
      return await this.#take(messageId, got, most);
    } catch (error) {
      const { code, message } = toMusterError(error);
      // Fetched when the page is back.
      if (code === 'SESSION_NOT_READY' && !anySize) return record.data;
      if (anySize) throw error;
      return await failed(message);
    } finally {
      await got?.close();
    }
  }

  async #take(messageId: string, { mime, pieces }: FetchedMedia, most: number): Promise<KeptMedia | undefined> {
    const draft = await this.#files.draft(pieces(), most);
    try {
      return await this.#change(messageId, (data) => this.#keep(data, { draft, mime }));
    } finally {
      await this.#files.drop(draft);
    }
  }

  async #keep({ why: _before, ...known }: KeptMedia, { draft, mime }: { draft: Draft; mime: string }): Promise<KeptMedia> {
    const file = await this.#files.keep(draft, { message: known.message, mime });
    const kept = await this.#put({ ...known, mime: safeText(mime, 100) || known.mime, bytes: draft.bytes, state: 'saved', file });
    if (this.#kept !== undefined) this.#kept += kept.bytes;
    this.#tell(kept);
    await this.#makeRoom();
    return kept;
  }

  /** What it came to meanwhile stays where it is saved, or its message is not kept any more. */
  #change(messageId: string, change: (data: KeptMedia) => Promise<KeptMedia>): Promise<KeptMedia | undefined> {
    return this.#store(async () => {
      const record = await this.#get(messageId);
      return !record || record.data.state === 'saved' ? record?.data : change(record.data);
    });
  }

  #store<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#storing.then(work);
    this.#storing = done.catch(() => undefined);
    return done;
  }

  /** The oldest go until the files of this session fit. */
  async #makeRoom(): Promise<void> {
    const { keepMediaBytes } = this.#options.runtime.config();
    this.#kept ??= await this.#sum();
    while (this.#kept > keepMediaBytes) {
      const oldest = await this.#records.list({ group: this.#group('saved'), limit: 20 });
      if (oldest.length === 0) return;
      for (const { data } of oldest) {
        if (this.#kept <= keepMediaBytes) return;
        if (data.file !== null) await this.#files.remove(data.file);
        await this.#put({ ...data, state: 'removed', file: null, why: 'newer files needed the room' });
        this.#kept -= data.bytes;
      }
    }
  }

  async #sum(): Promise<number> {
    let bytes = 0;
    for (let offset = 0; ; offset += BATCH) {
      const page = await this.#records.list({ group: this.#group('saved'), offset, limit: BATCH });
      for (const { data } of page) bytes += data.bytes;
      if (page.length < BATCH) return bytes;
    }
  }

  #tell({ message, chat, mime, name, bytes }: KeptMedia): void {
    const { runtime, account, clientId } = this.#options;
    runtime.event({
      type: 'message.media',
      account,
      message: `${clientId}: a file of ${bytes} bytes from ${chat} was saved`,
      fields: { clientId, id: message, chat, mime, name, bytes },
    });
  }

  #get(messageId: string): Promise<StoredRecord<KeptMedia> | undefined> {
    return this.#records.get(`${this.#options.account}/${messageId}`);
  }

  async #put(data: KeptMedia): Promise<KeptMedia> {
    const key = `${this.#options.account}/${data.message}`;
    const at = (await this.#records.get(key))?.at ?? this.#options.runtime.now();
    const group = this.#group(data.state);
    await this.#records.commit([{ put: { key, group, at, data } }]);
    if (data.file === null && data.state !== 'waiting') await trim(this.#records, group, MAX_NOTED);
    return data;
  }

  #group(state: MediaState): string {
    return `${this.#options.account}/${state}`;
  }

  #later(work: () => Promise<unknown>): void {
    const { runtime, account, clientId } = this.#options;
    this.#working = this.#working
      .then(() => (this.#ended ? undefined : work()))
      .catch((error: unknown) =>
        runtime.event({
          type: 'message.error',
          level: 'error',
          account,
          message: `${clientId}: a file could not be kept: ${toMusterError(error).message}`,
          fields: { clientId },
        }),
      );
  }
}
