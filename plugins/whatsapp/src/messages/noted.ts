import type { PluginRuntime, Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { trim } from './trim.ts';

/** How far one account has noted what came to it. In ms since the epoch, as WhatsApp counts them. */
interface Reach {
  /** What is older came before anybody was to note it. */
  readonly begun: number;
  /** All that is older by more than `SLACK_MS` is noted. */
  readonly upTo: number;
}

/** Messages of several chats come a little out of their order. */
const SLACK_MS = 10 * 60_000;
/** Within the slack: a write for each message would be for nothing. */
const SAVE_EVERY_MS = 60_000;
/** More than are looked for at once, so that none of them is forgotten meanwhile. */
const MAX_MARKS = 3_000;
const TRIM_EVERY = 50;

/** A message goes by another address once its chat does: its own part of the id stays. */
const ownPart = (messageId: string): string => {
  const [fromMe, , id] = messageId.split('_');
  return id === undefined ? messageId : `${fromMe}_${id}`;
};

/**
 * Which messages of an account are noted, by their ids and times alone: so what is missing is known, whatever the settings
 * keep of them.
 */
export class Noted {
  readonly #account: string;
  readonly #marks: Records<null>;
  readonly #reaches: Records<Reach>;
  #reach: Reach | undefined;
  #sinceTrim = 0;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records'>, account: string) {
    this.#account = account;
    this.#marks = runtime.records<null>('noted');
    this.#reaches = runtime.records<Reach>('noted-up-to');
  }

  async has(messageId: string): Promise<boolean> {
    return (await this.#marks.get(this.#key(messageId))) !== undefined;
  }

  async add(messageId: string, at: number): Promise<void> {
    await this.#marks.commit([{ put: { key: this.#key(messageId), group: this.#account, at, data: null } }]);
    this.#sinceTrim += 1;
    if (this.#sinceTrim < TRIM_EVERY) return;
    this.#sinceTrim = 0;
    await trim(this.#marks, this.#account, MAX_MARKS);
  }

  /** From when on a message may be missing. The first time, from `begins` on: nobody was to note anything before. */
  async missingFrom(begins: number): Promise<number> {
    const { begun, upTo } = await this.#load(begins);
    // Older marks than these are gone, and tell nothing any more.
    const [oldest] = await this.#marks.list({ group: this.#account, offset: MAX_MARKS - 1, newestFirst: true, limit: 1 });
    return Math.max(begun, upTo - SLACK_MS, oldest?.at ?? 0);
  }

  /** Nothing older than this is missing. */
  async isComplete(upTo: number): Promise<void> {
    const known = await this.#load(upTo);
    if (upTo < known.upTo + SAVE_EVERY_MS) return;
    await this.#save({ ...known, upTo });
  }

  async #load(begins: number): Promise<Reach> {
    this.#reach ??= (await this.#reaches.get(this.#account))?.data;
    return this.#reach ?? this.#save({ begun: begins, upTo: begins });
  }

  async #save(data: Reach): Promise<Reach> {
    await this.#reaches.commit([{ put: { key: this.#account, group: 'accounts', at: data.upTo, data } }]);
    this.#reach = data;
    return data;
  }

  #key(messageId: string): string {
    return `${this.#account}/${ownPart(messageId)}`;
  }
}
