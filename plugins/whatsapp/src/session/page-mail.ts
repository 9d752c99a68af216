import { setTimeout as wait } from 'node:timers/promises';
import { MusterError, safeText } from '@muster/sdk';
import { chatsSince, chatTitle, findOwnMessage, messagesSince, unheardMessages, type Sought } from '../client/page-calls.ts';
import { filePiece, fileState, loadFile } from '../client/page-files.ts';
import type { FetchedMedia } from '../messages/media.ts';
import type { Outgoing } from '../messages/outgoing.ts';
import type { KnownIds } from '../messages/people.ts';
import type { Connection } from './connection.ts';
import { reasonOf, within } from '../within.ts';

const ASK_MS = 10_000;
const LOAD_MS = 30_000;
/** Of the largest that is fetched, over a slow line. */
const FETCH_MS = 600_000;
const LOOK_EVERY_MS = 200;
const PIECE = 1_048_576;
const MAX_TITLES = 5_000;

/** What is asked of the page about messages, each within a time. SESSION_NOT_READY while there is none. */
export class PageMail {
  readonly #connection: () => Connection;
  /** What groups are called: asked once for each. */
  readonly #titles = new Map<string, string>();

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  /** Messages that came while nobody listened. */
  unheard({ page }: Connection): Promise<unknown[]> {
    return within(unheardMessages(page), ASK_MS, 'the page');
  }

  /** Chats with a message of this time or later, the newest first. */
  chatsSince({ page }: Connection, since: number): Promise<{ readonly chat: string; readonly at: number }[]> {
    return within(chatsSince(page, since), ASK_MS, 'the page');
  }

  /** In their order, at most so many, the newest; `more` where there are more. */
  messagesSince({ page }: Connection, sought: Sought): Promise<{ readonly messages: unknown[]; readonly more: boolean }> {
    return within(messagesSince(page, sought), LOAD_MS, 'the page');
  }

  /** The id of an own text whose end was not seen; `lid` is the other id of the same chat. */
  async find({ chat, text, attachment, triedAt }: Outgoing, lid: string | undefined): Promise<string | undefined> {
    if (attachment || triedAt === undefined) return undefined;
    const chats = lid === undefined ? [chat] : [chat, lid];
    const since = Math.floor(triedAt / 1_000) - 1;
    return within(findOwnMessage(this.#connection().page, { chats, text, since }), ASK_MS, 'the page');
  }

  async idsOf(id: string): Promise<KnownIds> {
    const [found] = await within(this.#connection().client.getContactLidAndPhone([id]), ASK_MS, 'the page');
    return { lid: found?.lid, number: found?.pn };
  }

  /** Undefined where the page does not know it, or is not there. */
  async titleOf(chat: string): Promise<string | undefined> {
    const known = this.#titles.get(chat);
    if (known !== undefined) return known;
    try {
      const title = safeText((await within(chatTitle(this.#connection().page, chat), ASK_MS, 'the page')) ?? '', 100);
      if (title === '') return undefined;
      if (this.#titles.size >= MAX_TITLES) this.#titles.clear();
      this.#titles.set(chat, title);
      return title;
    } catch {
      return undefined;
    }
  }

  /** Undefined where the page, or WhatsApp, does not have it any more. It stays in the page, and is taken in pieces. */
  async fileOf(messageId: string): Promise<FetchedMedia | undefined> {
    const file = await there(loadFile(this.#connection().page, messageId));
    const close = (): Promise<void> => file.dispose().catch(() => undefined);
    const until = performance.now() + FETCH_MS;
    try {
      for (;;) {
        const { state, why, mime, bytes } = await there(fileState(file));
        if (state === 'there') return { mime, bytes, pieces: () => piecesOf(file, bytes), close };
        if (state === 'failed') throw new Error(why);
        if (performance.now() > until) throw new Error(`the file did not come within ${FETCH_MS / 60_000} minutes`);
        if (state === 'gone') break;
        await wait(LOOK_EVERY_MS);
      }
    } catch (error) {
      await close();
      throw error;
    }
    await close();
    return undefined;
  }
}

/** A page that goes, or hangs, in the middle of a call is one that is not there: the next one is asked again. */
const there = <T>(call: Promise<T>): Promise<T> =>
  within(call, ASK_MS, 'the page').catch((error: unknown) => {
    const what = `The page went while a file was fetched from it: ${reasonOf(error)}`;
    throw new MusterError('SESSION_NOT_READY', what, { cause: error, remedy: 'retry' });
  });

async function* piecesOf(file: Parameters<typeof filePiece>[0], bytes: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes; from += PIECE)
    yield Buffer.from(await there(filePiece(file, from, Math.min(from + PIECE, bytes))), 'base64');
}
