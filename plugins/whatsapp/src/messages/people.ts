import type { PluginRuntime, Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { numberOf } from './chat-id.ts';

/** What the page knows of a person. */
export interface KnownIds {
  /** With `@lid`. */
  readonly lid?: string | undefined;
  /** With `@c.us`. */
  readonly number?: string | undefined;
}

export interface PeopleOptions {
  readonly runtime: Pick<PluginRuntime<Config, Account>, 'records' | 'now'>;
  /** Asks the page; it may not know, or not be there. */
  readonly ask: (id: string) => Promise<KnownIds>;
  /** These two are one person: told once for each. */
  readonly learned: (ids: { readonly lid: string; readonly number: string }) => Promise<void>;
}

const ASK_AGAIN_MS = 10 * 60_000;
const MAX_ASKED = 10_000;

const isLid = (id: string): boolean => id.endsWith('@lid');

/** WhatsApp knows a person by the number, by an id of its own (`…@lid`), or by both: here all is kept under the number, where it is known. */
export class People {
  readonly #options: PeopleOptions;
  readonly #records: Records<{ readonly number: string }>;
  /** Ids that the page did not know, and when it was asked. */
  readonly #asked = new Map<string, number>();

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#records = options.runtime.records('people');
  }

  /** The chat's id by the number; as it is, where that is not known, and for a group. */
  async byNumber(id: string): Promise<string> {
    if (!isLid(id)) return id;
    const known = (await this.#records.get(id))?.data.number;
    return known ?? (await this.#find(id)).number ?? id;
  }

  /** The other id of a number's chat; undefined where it is not known. */
  async lidOf(id: string): Promise<string | undefined> {
    if (numberOf(id) === undefined) return undefined;
    const [known] = await this.#records.list({ group: id, limit: 1 });
    return known?.key ?? (await this.#find(id)).lid;
  }

  async #find(id: string): Promise<KnownIds> {
    const { runtime, ask, learned } = this.#options;
    const now = runtime.now();
    const asked = this.#asked.get(id);
    if (asked !== undefined && now - asked < ASK_AGAIN_MS) return {};
    // Without a page nothing is known for now.
    const found = await ask(id).catch(() => undefined);
    if (!found) return {};
    const { lid, number } = found;
    if (lid !== undefined && isLid(lid) && number !== undefined && numberOf(number) !== undefined) {
      this.#asked.delete(id);
      await this.#records.commit([{ put: { key: lid, group: number, at: now, data: { number } } }]);
      await learned({ lid, number });
      return { lid, number };
    }
    this.#asked.set(id, now);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MAX_ASKED && oldest !== undefined) this.#asked.delete(oldest);
    return {};
  }
}
