import { safeText, type PluginRuntime, type RecordEntry, type Records } from '@muster/sdk';
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
  /** It came while nobody listened, and was noted later. */
  readonly caughtUp?: true;
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
  /** Of one that is late: its place among those that are kept; see `placeOf`. */
  readonly place?: number | undefined;
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
  #lastAt: number | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#messages = options.runtime.records<KeptMessage>('messages');
    this.#chats = options.runtime.records<KeptChat>('chats');
  }

  /** False when it was there already: the page tells some twice. */
  async add(message: NewKept): Promise<boolean> {
    const { at: told, chatName, place, ...data } = message;
    const { account, runtime } = this.#options;
    if (runtime.config().keepMessages === 0) return true;
    const key = `${account}/${data.id}`;
    const known = await this.#messages.get(key);
    if (known) {
      if (data.key !== null && known.data.key === null)
        await this.#messages.commit([
          { replace: { ...known, data: { ...known.data, key: data.key } }, revision: known.revision },
        ]);
      // A host that was killed kept the message, and did not come to its chat.
      const chat = await this.#chats.get(`${account}/${data.chat}`);
      if (!chat || chat.at < known.at) await this.#putChat(known, chatName);
      return false;
    }
    const at = await this.#place(told, place);
    const kept = { key, group: `${account}/${data.chat}`, at, data: { ...data, text: data.text.slice(0, MAX_TEXT) } };
    await this.#messages.commit([{ put: kept }]);
    await this.#putChat(kept, chatName);
    this.#sincePrune += 1;
    if (this.#sincePrune >= PRUNE_EVERY) {
      this.#sincePrune = 0;
      await this.#prune(data.chat);
    }
    return true;
  }

  async #putChat({ at, data }: RecordEntry<KeptMessage>, chatName: string | undefined): Promise<void> {
    const { account } = this.#options;
    const key = `${account}/${data.chat}`;
    const chat = await this.#chats.get(key);
    // Newer ones were noted before it.
    if (chat && chat.at > at) return;
    const { text, type, fromMe } = data;
    await this.#chats.commit([
      {
        put: {
          key,
          group: account,
          at,
          data: {
            chat: data.chat,
            name: chatName ?? chat?.data.name ?? data.chat,
            last: `${fromMe ? '> ' : ''}${safeText(text === '' ? `[${type}]` : text, MAX_LAST)}`,
            unread: fromMe ? 0 : (chat?.data.unread ?? 0) + 1,
          },
        },
      },
    ]);
  }

  /** When the newest of all chats was told; undefined where nothing is kept. */
  async newestAt(): Promise<number | undefined> {
    return (await this.#chats.list({ group: this.#options.account, newestFirst: true, limit: 1 }))[0]?.at;
  }

  /** Its place among the messages of its chat, in ms; undefined for one that is not kept. */
  async placeOf(messageId: string): Promise<number | undefined> {
    return (await this.#messages.get(`${this.#options.account}/${messageId}`))?.at;
  }

  /** WhatsApp tells whole seconds: within them, and a little beyond, messages stand in the order in which they came. */
  async #place(told: number, place: number | undefined): Promise<number> {
    // Also those that the host before this one noted.
    this.#lastAt ??= (await this.newestAt()) ?? 0;
    const at = place ?? (told <= this.#lastAt && told > this.#lastAt - SAME_TIME_MS ? this.#lastAt + 1 : told);
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
