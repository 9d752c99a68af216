import type { ExportAccount } from '@muster/sdk';
import { expect, test } from 'vitest';
import write from './export-csv.ts';
import load from './import.ts';
import { Account, ImportOptions } from './schemas.ts';

const signal = new AbortController().signal;

test('a spreadsheet runs nothing of a table, passwords stand there exactly, and all of it is read back', async () => {
  const data = Account.parse({
    firstName: 'Amina',
    lastName: 'Heron',
    email: '+amina@example.test',
    mobile: '550000001',
    passportNumber: 'AB100001',
    passportIssueDate: '2022-01-31',
    passportExpiryDate: '2032-01-30',
    passportIssuePlace: '@Algiers',
    dateOfBirth: '1990-04-05',
    password: "'=exact",
    notes: "=HYPERLINK('x')",
  });
  const accounts = async function* (): AsyncGenerator<ExportAccount> {
    yield { label: data.email, status: null, data };
  };
  let table = '';
  for await (const piece of write(accounts())) table += piece;
  expect(table.split(/[,\r\n]/).filter((cell) => /^[=@\t]|^[+-](?!\d+$)/.test(cell))).toEqual([]);
  expect(table).toContain(",'=exact,");
  const file = {
    name: 'table.csv',
    bytes: (async function* () {
      yield Buffer.from(table);
    })(),
  };
  const entries = [];
  for await (const entry of load(file, ImportOptions.parse({}), signal)) entries.push(entry);
  const read = entries.flatMap((entry) => (entry.kind === 'account' ? [Account.parse(entry.data)] : []));
  expect(read).toEqual([data]);
});
