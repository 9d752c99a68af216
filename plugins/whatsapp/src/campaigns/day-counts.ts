import type { PluginRuntime, Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';

interface DayCount {
  readonly count: number;
}

const KEPT_MS = 7 * 86_400_000;

/** Campaign messages of each account on each day, for the daily cap: counted before they are sent. */
export class DayCounts {
  readonly #records: Records<DayCount>;
  readonly #now: () => number;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records' | 'now'>) {
    this.#records = runtime.records<DayCount>('campaign-days');
    this.#now = () => runtime.now();
  }

  async of(account: string, day: string): Promise<number> {
    return (await this.#records.get(`${account}/${day}`))?.data.count ?? 0;
  }

  /** When the last one of that account was counted, on this day or the one before; 0 for none. */
  async lastAt(account: string, days: readonly string[]): Promise<number> {
    const records = await Promise.all(days.map((day) => this.#records.get(`${account}/${day}`)));
    return Math.max(0, ...records.map((record) => record?.at ?? 0));
  }

  async add(account: string, day: string): Promise<void> {
    const data = { count: (await this.of(account, day)) + 1 };
    await this.#records.commit([{ put: { key: `${account}/${day}`, group: 'days', at: this.#now(), data } }]);
    if (data.count > 1) return;
    const old = await this.#records.list({ group: 'days', to: this.#now() - KEPT_MS, limit: 1_000 });
    if (old.length > 0) await this.#records.commit(old.map(({ key }) => ({ remove: key })));
  }
}
