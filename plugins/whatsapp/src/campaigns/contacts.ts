import { MusterError, safeText, type PluginRuntime, type Records } from '@muster/sdk';
import { Phone, type Account, type Config } from '../schemas.ts';
import type { Contact } from './campaign.ts';
import { csvRows } from './csv.ts';

export interface ImportReport {
  readonly list: string;
  readonly rows: number;
  /** Rows that were taken: new ones, and such as were there and are up to date now. */
  readonly taken: number;
  /** In the list afterwards. */
  readonly contacts: number;
  /** At most 1,000, with the line of each. */
  readonly refused: readonly { readonly line: number; readonly why: string }[];
  readonly refusedTotal: number;
}

export interface ImportContacts {
  readonly list: string;
  readonly text: string;
  /** Where the consent comes from, for rows that do not say. */
  readonly source?: string | undefined;
}

const COLUMNS = {
  phone: ['phone', 'number', 'mobile', 'phone number', 'whatsapp', 'msisdn', 'tel'],
  optIn: ['opt_in', 'optin', 'opt-in', 'opt in', 'opt_in_at', 'consent', 'consent_at', 'consent date'],
  source: ['opt_in_source', 'opt-in source', 'optin_source', 'consent_source', 'source'],
} as const;
const MAX_REFUSED = 1_000;
const MAX_FIELD = 500;
const BATCH = 500;
const NO_DAY = 'opt_in holds no day: the consent of each contact needs its date, as 2026-11-21';

/** Lists of people who agreed to be written to, each with the day and the source of the consent. */
export class Contacts {
  readonly #records: Records<Contact>;
  readonly #now: () => number;

  constructor(runtime: Pick<PluginRuntime<Config, Account>, 'records' | 'now'>) {
    this.#records = runtime.records<Contact>('contacts');
    this.#now = () => runtime.now();
  }

  count(list: string): Promise<number> {
    return this.#records.count({ group: list });
  }

  async *of(list: string): AsyncGenerator<Contact> {
    for (let offset = 0; ; offset += BATCH) {
      const rows = await this.#records.list({ group: list, offset, limit: BATCH });
      for (const { data } of rows) yield data;
      if (rows.length < BATCH) return;
    }
  }

  /** Whoever is in the list already is updated. A row without number, day or source of consent is refused, with its line. */
  async import({ list, text, source }: ImportContacts): Promise<ImportReport> {
    const rows: Generator<{ readonly line: number; readonly cells: string[] }> = csvRows(text);
    const first = rows.next();
    const head = first.done === true ? [] : first.value.cells.map((name) => name.toLowerCase());
    const column = (names: readonly string[]): number => head.findIndex((name) => names.includes(name));
    const [phoneAt, optInAt, sourceAt] = [column(COLUMNS.phone), column(COLUMNS.optIn), column(COLUMNS.source)];
    if (phoneAt === -1 || optInAt === -1)
      throw new MusterError(
        'BAD_INPUT',
        'The first line must name the columns: phone and opt_in (the day of the consent) at least; opt_in_source and any fields beside.',
      );
    const report = { rows: 0, taken: 0, refusedTotal: 0 };
    const refused: { line: number; why: string }[] = [];
    const batch = new Map<string, Contact>();
    for (const { line, cells } of rows) {
      report.rows += 1;
      const contact = contactOf(cells, { head, phoneAt, optInAt, sourceAt, source, today: this.#now() });
      if (typeof contact === 'string') {
        report.refusedTotal += 1;
        if (refused.length < MAX_REFUSED) refused.push({ line, why: contact });
        continue;
      }
      batch.set(contact.number, contact);
      report.taken += 1;
      if (batch.size === BATCH) await this.#save(list, batch);
    }
    await this.#save(list, batch);
    return { list, ...report, contacts: await this.count(list), refused };
  }

  async #save(list: string, batch: Map<string, Contact>): Promise<void> {
    if (batch.size === 0) return;
    const entries = [...batch.values()].map((data) => ({ key: `${list}/${data.number}`, group: list, at: this.#now(), data }));
    const known = await Promise.all(entries.map(({ key }) => this.#records.get(key)));
    // Who was there keeps the place in the list.
    await this.#records.commit(entries.map((entry, at) => ({ put: { ...entry, at: known[at]?.at ?? entry.at } })));
    batch.clear();
  }
}

interface Columns {
  readonly head: readonly string[];
  readonly phoneAt: number;
  readonly optInAt: number;
  readonly sourceAt: number;
  readonly source: string | undefined;
  readonly today: number;
}

/** The contact, or why the row is refused. */
function contactOf(cells: readonly string[], { head, phoneAt, optInAt, sourceAt, source, today }: Columns): Contact | string {
  const phone = Phone.safeParse((cells[phoneAt] ?? '').replace(/^\+?00/, ''));
  if (!phone.success) return `phone “${safeText(cells[phoneAt] ?? '', 40)}” is no number with its country code`;
  const day = /^\d{4}-\d{2}-\d{2}/.test(cells[optInAt] ?? '') ? Date.parse(cells[optInAt] ?? '') : Number.NaN;
  if (Number.isNaN(day)) return NO_DAY;
  if (day > today) return 'opt_in is in the future';
  const from = (cells[sourceAt] ?? '') || source;
  if (from === undefined || from === '')
    return 'where the consent comes from is not told: a column opt_in_source, or the source of the whole file';
  const fields = Object.fromEntries(
    head.flatMap((name, at) =>
      at === phoneAt || at === optInAt || at === sourceAt || name === '' ? [] : [[name, (cells[at] ?? '').slice(0, MAX_FIELD)]],
    ),
  );
  return {
    number: phone.data,
    fields,
    optIn: { at: new Date(day).toISOString(), source: safeText(from, 200) },
  };
}
