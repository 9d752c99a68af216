import type { ExportAccount } from '@muster/sdk';
import { expect, test } from 'vitest';
import { ImportOptions } from '../schemas.ts';
import { readCsv } from './csv.ts';
import { writeCsv } from './write-csv.ts';

test('a spreadsheet runs nothing of a table, and keys and passwords stand there exactly', async () => {
  const data = { kind: 'api-key', name: '=cmd|x', apiKey: '=IFM-1', title: '@SUM(A1)' };
  const signIn = { kind: 'sign-in', name: '+mila@example.test', password: '-pass+1', consent: '-me, today' };
  const accounts = async function* (): AsyncGenerator<ExportAccount> {
    for (const each of [data, signIn]) yield { label: each.name, status: null, data: each };
  };
  let table = '';
  for await (const piece of writeCsv(accounts())) table += piece;
  expect(table).toContain("'=cmd|x,api-key,=IFM-1,,,'@SUM(A1),");
  expect(table).toContain(`'+mila@example.test,sign-in,,-pass+1,"'-me, today",`);
  const read = [...readCsv(table, ImportOptions.parse({}))].flatMap((entry) => (entry.kind === 'account' ? [entry.data] : []));
  expect(read).toEqual([data, signIn]);
});
