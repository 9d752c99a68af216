import { createHash } from 'node:crypto';
import type { PluginRuntime, RecordEntry, Records, StoredRecord } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { isSettled, type Outgoing } from './outgoing.ts';
import { trim } from './trim.ts';

const KEPT_MS = 30 * 86_400_000;
const BATCH = 1_000;
/** So many that rest are looked past. */
const MAX_RESTING = 1_000;

/** The messages of one account on their way and those that left, by their keys. */
export class OutgoingRecords {
  readonly #account: string;
  readonly #records: Records<Outgoing>;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records'>, account: string) {
    this.#account = account;
    this.#records = runtime.records<Outgoing>('outgoing');
  }

  get(key: string): Promise<StoredRecord<Outgoing> | undefined> {
    return this.#records.get(this.#id(key));
  }

  /** The oldest that still waits, or was being sent, and may go now. */
  async next(rests: (message: Outgoing) => boolean): Promise<StoredRecord<Outgoing> | undefined> {
    const group = this.#group('open');
    const [first] = await this.#records.list({ group, limit: 1 });
    if (!first || !rests(first.data)) return first;
    return (await this.#records.list({ group, limit: MAX_RESTING })).find(({ data }) => !rests(data));
  }

  countOpen(): Promise<number> {
    return this.#records.count({ group: this.#group('open') });
  }

  /** CONFLICT when the key is there. */
  insert(message: Outgoing): Promise<void> {
    return this.#records.commit([{ insert: this.#entry(message) }]);
  }

  /** CONFLICT when it was changed since it was read. */
  async change(record: StoredRecord<Outgoing>, change: Partial<Outgoing>): Promise<StoredRecord<Outgoing>> {
    const entry = this.#entry({ ...record.data, ...change });
    await this.#records.commit([{ replace: entry, revision: record.revision }]);
    return { ...entry, revision: record.revision + 1 };
  }

  /** Who asks again for a key after a month, or after so many others, is not protected any more. */
  async prune({ now, keep }: { readonly now: number; readonly keep: number }): Promise<void> {
    const group = this.#group('done');
    await trim(this.#records, group, keep);
    for (;;) {
      const old = await this.#records.list({ group, to: now - KEPT_MS, limit: BATCH });
      if (old.length === 0) return;
      await this.#records.commit(old.map(({ key }) => ({ remove: key })));
    }
  }

  #group(which: 'open' | 'done'): string {
    return `${this.#account}/${which}`;
  }

  /** A key may be long and of any letters; the id of a record may not. */
  #id(key: string): string {
    return `${this.#account}/${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
  }

  #entry(message: Outgoing): RecordEntry<Outgoing> {
    return {
      key: this.#id(message.key),
      group: this.#group(isSettled(message.state) ? 'done' : 'open'),
      at: message.createdAt,
      data: message,
    };
  }
}
