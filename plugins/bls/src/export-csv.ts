import { secretFields, spreadsheetText, type Exporter } from '@muster/sdk';
import { snakeName } from './import/field-names.ts';
import { Account } from './schemas.ts';

const FIELDS = Object.keys(Account.shape);
const SECRETS = new Set(secretFields(Account));

const cell = (value: unknown, secret = false): string => {
  const text =
    typeof value === 'string'
      ? secret
        ? value
        : spreadsheetText(value)
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : '';
  return /[",\n\r]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
};

const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** Every field in the names of older programs, and the status; what `muster import bls` reads back. */
const write: Exporter = async function* (accounts) {
  yield line(['status', ...FIELDS.map(snakeName)]);
  for await (const { status, data } of accounts)
    yield line([cell(status ?? 'created'), ...FIELDS.map((field) => cell(data[field], SECRETS.has(field)))]);
};
export default write;
