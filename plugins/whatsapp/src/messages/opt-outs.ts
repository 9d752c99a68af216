import type { PluginRuntime, Records } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { numberOf } from './chat-id.ts';

export interface OptOut {
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

  /** False when it was noted already. */
  async add(chatId: string, how: string): Promise<boolean> {
    const number = numberOf(chatId) ?? chatId;
    if (await this.has(chatId)) return false;
    await this.#records.commit([{ put: { key: number, group: 'all', at: this.#now(), data: { number, how } } }]);
    return true;
  }

  count(): Promise<number> {
    return this.#records.count({ group: 'all' });
  }
}
