import { spreadsheetText, type ExportAccount } from '@muster/sdk';

const FIELDS = ['name', 'kind', 'apiKey', 'password', 'consent', 'title', 'rateLimit'] as const;

const EXACT: ReadonlySet<string> = new Set(['apiKey', 'password']);

const shown = (field: string, value: unknown): unknown =>
  typeof value === 'string' && !EXACT.has(field) ? spreadsheetText(value) : value;

const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '';
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A table that `muster import k2think` reads again. */
export async function* writeCsv(accounts: AsyncIterable<ExportAccount>): AsyncGenerator<string> {
  yield `${[...FIELDS, 'priority', 'tags'].join(',')}\n`;
  for await (const { data, facts } of accounts) {
    const row = [
      ...FIELDS.map((field) => shown(field, data[field])),
      facts?.priority,
      spreadsheetText(facts?.tags.join(' ') ?? ''),
    ];
    yield `${row.map(cell).join(',')}\n`;
  }
}
