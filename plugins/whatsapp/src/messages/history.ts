import { safeText, type PluginRuntime, type Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import type { HeardMedia } from './heard.ts';
import { trim } from './trim.ts';

/** One message of a chat, either way. */
export interface KeptMessage {
  readonly id: string;
  readonly chat: string;
  readonly fromMe: boolean;
  /** Who wrote it, in a group. */
  readonly author: string | null;
  /** The writer's own name. */
  readonly name?: string;
  readonly text: string;
  /** `chat` for a text; `image`, `ptt`, `poll_creation` … */
  readonly type: string;
  readonly ack: number;
  /** The key of the own message that it was. */
  readonly key: string | null;
  /** What can be chosen in a poll. */
  readonly options?: readonly string[];
  /** It came with a file: what became of that is in `media`. */
  readonly media?: HeardMedia;
}

export interface KeptChat {
  readonly chat: string;
  readonly name: string;
  readonly last: string;
  readonly unread: number;
}

export interface HistoryOptions {
  readonly runtime: Pick<PluginRuntime<Config, Account>, 'config' | 'records' | 'now'>;
  readonly account: string;
  /** Messages that are not kept any more, by their keys. */
  readonly removed?: (keys: readonly string[]) => Promise<void>;
}

/** A message to keep, with what is told beside it. */
export interface NewKept extends KeptMessage {
  readonly at: number;
  /** What the chat is called; where it is not told, it keeps the name that it has. */
  readonly chatName?: string | undefined;
}

const MAX_TEXT = 10_000;
const MAX_LAST = 120;
/** Looked at again after so many messages; counting at each would cost more than they do. */
const PRUNE_EVERY = 50;
const SAME_TIME_MS = 60_000;

/** The messages and chats of one number, bounded by the settings. */
export class History {
  readonly #options: HistoryOptions;
  readonly #messages: Records<KeptMessage>;
  readonly #chats: Records<KeptChat>;
  #sincePrune = 0;
  #lastAt = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#messages = options.runtime.records<KeptMessage>('messages');
    this.#chats = options.runtime.records<KeptChat>('chats');
  }

  /** False when it was there already: the page tells some twice. */
  async add(message: NewKept): Promise<boolean> {
    const { at: told, chatName, ...data } = message;
    const { account, runtime } = this.#options;
    if (runtime.config().keepMessages === 0) return true;
    const key = `${account}/${data.id}`;
    const known = await this.#messages.get(key);
    if (known && data.key !== null && known.data.key === null)
      await this.#messages.commit([{ replace: { ...known, data: { ...known.data, key: data.key } }, revision: known.revision }]);
    if (known) return false;
    const at = this.#place(told);
    const text = data.text.slice(0, MAX_TEXT);
    await this.#messages.commit([{ put: { key, group: `${account}/${data.chat}`, at, data: { ...data, text } } }]);
    const chatKey = `${account}/${data.chat}`;
    const chat = await this.#chats.get(chatKey);
    await this.#chats.commit([
      {
        put: {
          key: chatKey,
          group: account,
          at: Math.max(at, chat?.at ?? 0),
          data: {
            chat: data.chat,
            name: chatName ?? chat?.data.name ?? data.chat,
            last: `${data.fromMe ? '> ' : ''}${safeText(text === '' ? `[${data.type}]` : text, MAX_LAST)}`,
            unread: data.fromMe ? 0 : (chat?.data.unread ?? 0) + 1,
          },
        },
      },
    ]);
    this.#sincePrune += 1;
    if (this.#sincePrune >= PRUNE_EVERY) {
      this.#sincePrune = 0;
      await this.#prune(data.chat);
    }
    return true;
  }

  /** WhatsApp tells whole seconds: within them, and a little beyond, messages stand in the order in which they came. */
  #place(told: number): number {
    const at = told <= this.#lastAt && told > this.#lastAt - SAME_TIME_MS ? this.#lastAt + 1 : told;
    this.#lastAt = Math.max(this.#lastAt, at);
    return at;
  }

  async get(messageId: string): Promise<KeptMessage | undefined> {
    return (await this.#messages.get(`${this.#options.account}/${messageId}`))?.data;
  }

  async acknowledge(messageId: string, ack: number): Promise<void> {
    const record = await this.#messages.get(`${this.#options.account}/${messageId}`);
    if (record && record.data.ack < ack)
      await this.#messages.commit([{ replace: { ...record, data: { ...record.data, ack } }, revision: record.revision }]);
  }

  async #prune(chat: string): Promise<void> {
    const { account, runtime } = this.#options;
    const { keepMessages, keepChats } = runtime.config();
    const removed = await trim(this.#messages, `${account}/${chat}`, keepMessages);
    for (const key of await trim(this.#chats, account, keepChats)) removed.push(...(await trim(this.#messages, key, 0)));
    await this.#options.removed?.(removed);
  }
}
