import { safeText } from '@muster/sdk';
import type { Message } from 'whatsapp-web.js';
import { chatTitle, findOwnMessage, unheardMessages } from '../client/page-calls.ts';
import type { FetchedMedia } from '../messages/media.ts';
import type { Outgoing } from '../messages/outgoing.ts';
import type { KnownIds } from '../messages/people.ts';
import type { Connection } from './connection.ts';
import { within } from '../within.ts';

const ASK_MS = 10_000;
const FETCH_MS = 120_000;
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

  /** Undefined where the page, or WhatsApp, does not have it any more. */
  async fileOf(messageId: string): Promise<FetchedMedia | undefined> {
    const { client } = this.#connection();
    const message = (await within(client.getMessageById(messageId), ASK_MS, 'the page')) as Message | null;
    const file = message && (await within(message.downloadMedia(), FETCH_MS, 'the file'));
    return file ? { mime: file.mimetype, bytes: Buffer.from(file.data, 'base64') } : undefined;
  }
}
