import type { ExportAccount } from '@muster/sdk';

const FIELDS = ['name', 'kind', 'apiKey', 'password', 'consent', 'title', 'rateLimit'] as const;

const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '';
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A table that `muster import k2think` reads again. */
export async function* writeCsv(accounts: AsyncIterable<ExportAccount>): AsyncGenerator<string> {
  yield `${[...FIELDS, 'priority', 'tags'].join(',')}\n`;
  for await (const { data, facts } of accounts)
    yield `${[...FIELDS.map((field) => data[field]), facts?.priority, facts?.tags.join(' ')].map(cell).join(',')}\n`;
}
