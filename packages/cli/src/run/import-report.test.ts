import { expect, test } from 'vitest';
import { ImportCollector } from './import-report.ts';

const SCHEMA = {
  properties: { username: { type: 'string' }, password: { type: 'string', secret: true }, level: { type: 'integer' } },
};

const collect = (options: { readonly dryRun?: boolean; readonly files?: number; readonly showSecrets?: boolean } = {}) => {
  const accounts: unknown[] = [];
  const collector = new ImportCollector(SCHEMA, {
    dryRun: true,
    files: 1,
    keepRefusals: true,
    showSecrets: false,
    ...options,
    onAccount: (account) => void accounts.push(account),
  });
  const report = () => {
    const { files, conflicts } = collector.report();
    return { files: files.map((file) => Object.assign({}, file, { rejected: [...file.rejected] })), conflicts, accounts };
  };
  return { collector, report };
};

const account = (line: number, username: string, password: string, outcome = 'new') =>
  ({ kind: 'account', line, outcome, label: `ptc/${username}`, data: { username, password } }) as const;

test('every field of the schema is there, with null where a file has none, and secrets are masked', () => {
  const { collector, report } = collect({ files: 2 });
  collector.startFile('a.csv');
  collector.take({ kind: 'file', format: 'monocle', encoding: 'utf-8' });
  collector.take(account(1, 'x', 'secret'));
  collector.take({ kind: 'rejected', line: 2, reason: 'whitespace-in-password' });
  collector.take({ kind: 'warning', reason: 'not-utf8' });
  expect(report()).toEqual({
    files: [
      {
        file: 'a.csv',
        format: 'monocle',
        encoding: 'utf-8',
        rejected: [{ line: 2, reason: 'whitespace-in-password' }],
        warnings: ['not-utf8'],
      },
    ],
    conflicts: [],
    accounts: [{ username: 'x', password: '********', level: null }],
  });
});

test('a field that a file does not have stays null, also where it is secret', () => {
  const { collector, report } = collect({ files: 2 });
  collector.startFile('a.csv');
  collector.take({ kind: 'account', line: 1, outcome: 'new', label: 'x', data: { username: 'x' } });
  expect(report().accounts).toEqual([{ username: 'x', password: null, level: null }]);
});

test('a second line of the same account is a rejected duplicate', () => {
  const { collector, report } = collect({ files: 2, showSecrets: true });
  collector.startFile('a.csv');
  collector.take(account(1, 'x', 'p'));
  collector.take(account(3, 'X', 'p', 'duplicate'));
  expect(report()).toMatchObject({
    accounts: [{ username: 'x', password: 'p' }],
    files: [{ rejected: [{ line: 3, reason: 'duplicate' }] }],
  });
});

test('two files that disagree about a password are a conflict, those that agree are not', () => {
  const { collector, report } = collect({ files: 2, showSecrets: true });
  collector.startFile('a.csv');
  collector.take(account(1, 'x', 'p'));
  collector.take(account(2, 'y', 'p'));
  collector.startFile('b.txt');
  expect(collector.take(account(1, 'X', 'other'))).toMatchObject({ outcome: 'conflict' });
  expect(collector.take(account(2, 'y', 'p'))).toMatchObject({ outcome: 'unchanged' });
  collector.take(account(3, 'z', 'p', 'conflict'));
  expect(report().conflicts).toEqual([
    { file: 'b.txt', line: 1, account: 'ptc/X', with: 'a.csv' },
    { file: 'b.txt', line: 3, account: 'ptc/z', with: 'roster' },
  ]);
});

test('a run that stores tells what became of each account', () => {
  const { collector, report } = collect({ dryRun: false });
  collector.startFile('a.csv');
  expect(collector.take(account(1, 'x', 'p', 'updated'))).toEqual({ line: 1, label: 'ptc/x', outcome: 'updated' });
  expect(collector.take(account(2, 'x', 'q', 'new'))).toEqual({ line: 2, label: 'ptc/x', outcome: 'new' });
  expect(report()).toMatchObject({ files: [{ rejected: [] }], conflicts: [] });
});

test('a file without passwords is no conflict with one that has them', () => {
  const { collector, report } = collect({ files: 2 });
  collector.startFile('a.csv');
  collector.take(account(1, 'x', 'p'));
  collector.startFile('names.csv');
  collector.take({ kind: 'account', line: 1, outcome: 'new', label: 'ptc/x', data: { username: 'x' } });
  expect(report().conflicts).toEqual([]);
});
