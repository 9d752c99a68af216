import type { PluginRuntime, Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { numberOf } from './chat-id.ts';

export interface OptOut {
  /** Or the id with `@lid` that it was said under, where the number is not known. */
  readonly number: string;
  /** How it became known: the word that was written, or who noted it. */
  readonly how: string;
}

const normal = (text: string): string =>
  text
    .normalize('NFKC')
    .toLocaleLowerCase('en')
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

/** True when the whole message is one of the words, however it is written: `STOP!` counts, `stop by at noon` does not. */
export const isOptOut = (text: string, words: readonly string[]): boolean => {
  const said = normal(text);
  return said !== '' && words.some((word) => normal(word) === said);
};

/** Who does not want to be written to by campaigns any more, whatever session they told it to. Nothing takes it back. */
export class OptOuts {
  readonly #records: Records<OptOut>;
  readonly #now: () => number;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records' | 'now'>) {
    this.#records = runtime.records<OptOut>('opt-outs');
    this.#now = () => runtime.now();
  }

  async has(chatId: string): Promise<boolean> {
    return (await this.#records.get(numberOf(chatId) ?? chatId)) !== undefined;
  }

  /** Some are noted under an id whose number nobody knows yet. */
  async anyUnderLid(): Promise<boolean> {
    return (await this.#records.count({ group: 'lid' })) > 0;
  }

  /** False when it was noted already. */
  async add(chatId: string, how: string): Promise<boolean> {
    const number = numberOf(chatId);
    if (await this.has(chatId)) return false;
    const key = number ?? chatId;
    await this.#records.commit([
      { put: { key, group: number === undefined ? 'lid' : 'all', at: this.#now(), data: { number: key, how } } },
    ]);
    return true;
  }

  /** What was noted under the one id counts for the number too, from here on. */
  async join({ lid, number }: { readonly lid: string; readonly number: string }): Promise<void> {
    const noted = await this.#records.get(lid);
    if (!noted) return;
    await this.add(number, noted.data.how);
    await this.#records.commit([{ remove: lid }]);
  }

  async count(): Promise<number> {
    return (await this.#records.count({ group: 'all' })) + (await this.#records.count({ group: 'lid' }));
  }
}
