import type { PluginRuntime, RecordEntry, Records, StoredRecord } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { TARGET_STATES, type Progress, type Target, type TargetState } from './campaign.ts';

const BATCH = 500;

/** The contacts of all campaigns, by campaign and state; each is changed by who read it last, so no two claim it. */
export class Targets {
  readonly #records: Records<Target>;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records'>) {
    this.#records = runtime.records<Target>('targets');
  }

  /** Those that are there already stay as they are. */
  async add(targets: readonly Target[]): Promise<number> {
    const known = await Promise.all(targets.map((one) => this.get(one.campaign, one.number)));
    const fresh = targets.filter((_one, at) => known[at] === undefined);
    if (fresh.length > 0) await this.#records.commit(fresh.map((one) => ({ insert: entry(one) })));
    return fresh.length;
  }

  get(campaign: string, number: string): Promise<StoredRecord<Target> | undefined> {
    return this.#records.get(`${campaign}/${number}`);
  }

  list(campaign: string, state: TargetState, limit = BATCH): Promise<StoredRecord<Target>[]> {
    return this.#records.list({ group: `${campaign}/${state}`, limit });
  }

  /** CONFLICT when somebody changed it in between. */
  async change(record: StoredRecord<Target>, change: Partial<Target>): Promise<StoredRecord<Target>> {
    const data: Target = { ...record.data, ...change };
    await this.#records.commit([{ replace: entry(data), revision: record.revision }]);
    return { ...entry(data), revision: record.revision + 1 };
  }

  async progress(campaign: string): Promise<Progress> {
    const counts = await Promise.all(TARGET_STATES.map((state) => this.#records.count({ group: `${campaign}/${state}` })));
    return Object.fromEntries(TARGET_STATES.map((state, at) => [state, counts[at] ?? 0])) as Progress;
  }
}

const entry = (data: Target): RecordEntry<Target> => ({
  key: `${data.campaign}/${data.number}`,
  group: `${data.campaign}/${data.state}`,
  at: data.changedAt,
  data,
});
