import { safeText, type PluginRuntime, type Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';

/** What one person chose in a poll; nothing, when the choice was taken back. */
export interface Vote {
  readonly poll: string;
  readonly voter: string;
  readonly options: readonly string[];
}

const MAX_VOTERS = 10_000;

/** From the library's vote; undefined when it does not say of which poll, or whose it is. */
export function voteOf(told: unknown): Vote | undefined {
  const { parentMessage, parentMsgKey, voter, selectedOptions } = (told ?? {}) as Readonly<Record<string, never>>;
  const idOf = (value: unknown): unknown =>
    typeof value === 'string' ? value : (value as { _serialized?: unknown } | null | undefined)?._serialized;
  const poll = idOf((parentMessage as { id?: unknown } | undefined)?.id) ?? idOf(parentMsgKey);
  const from = idOf(voter);
  if (typeof poll !== 'string' || typeof from !== 'string') return undefined;
  const chosen = (Array.isArray(selectedOptions) ? selectedOptions : []) as { readonly name?: string }[];
  return { poll, voter: from, options: chosen.map(({ name }) => safeText(name ?? '?', 100)) };
}

/** Who chose what, in the polls of one account. */
export class Votes {
  readonly #records: Records<Vote>;
  readonly #now: () => number;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records' | 'now'>) {
    this.#records = runtime.records<Vote>('votes');
    this.#now = () => runtime.now();
  }

  /** The last word of each counts. False when it is what was known. */
  async note(account: string, vote: Vote): Promise<boolean> {
    const group = `${account}/${vote.poll}`;
    const key = `${group}/${vote.voter}`;
    const known = await this.#records.get(key);
    if (known && known.data.options.join('\n') === vote.options.join('\n')) return false;
    await this.#records.commit([{ put: { key, group, at: this.#now(), data: vote } }]);
    return true;
  }

  async of(account: string, poll: string): Promise<Vote[]> {
    return (await this.#records.list({ group: `${account}/${poll}`, limit: MAX_VOTERS })).map(({ data }) => data);
  }

  /** Of polls that are not kept any more. */
  async remove(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      const votes = await this.#records.list({ group, limit: MAX_VOTERS });
      if (votes.length > 0) await this.#records.commit(votes.map(({ key }) => ({ remove: key })));
    }
  }
}
