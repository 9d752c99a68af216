import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEntries } from './testing.ts';

interface Expected {
  readonly canonicalFields: readonly string[];
  readonly files: Readonly<Record<string, ExpectedFile>>;
  readonly sets: readonly {
    readonly files: readonly string[];
    readonly unique: readonly string[];
    readonly passwordConflicts: readonly string[];
    readonly unchanged: readonly string[];
  }[];
}
interface ExpectedFile {
  readonly format: string;
  readonly encoding: string;
  readonly accounts: readonly Readonly<Record<string, unknown>>[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  readonly warnings: readonly string[];
}

const folder = new URL('../../fixtures/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected;

async function read(name: string): Promise<ExpectedFile> {
  const entries = await readEntries(readFileSync(new URL(name, folder)));
  const file = entries.findLast((entry) => entry.kind === 'file');
  return {
    format: file?.format ?? '',
    encoding: file?.encoding ?? '',
    accounts: entries.flatMap((entry) =>
      entry.kind === 'account'
        ? [Object.fromEntries(expected.canonicalFields.map((field) => [field, entry.data[field] ?? null]))]
        : [],
    ),
    rejected: entries.flatMap((entry) => (entry.kind === 'rejected' ? [{ line: entry.line, reason: entry.reason }] : [])),
    warnings: entries.flatMap((entry) => (entry.kind === 'warning' ? [entry.reason] : [])),
  };
}

describe('every known file is read exactly as written down', () => {
  test.each(Object.keys(expected.files))('%s', async (name) => {
    const { format, encoding, accounts, rejected, warnings } = expected.files[name] as ExpectedFile;
    expect(await read(name)).toEqual({ format, encoding, accounts, rejected, warnings });
  });

  test('no file is left out', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name !== 'expected.json' && !name.startsWith('.'))
        .toSorted(),
    ).toEqual(Object.keys(expected.files).toSorted());
  });
});

test.each(expected.sets)(
  'files that share accounts agree on who is who',
  async ({ files, unique, passwordConflicts, unchanged }) => {
    const passwords = new Map<string, unknown[]>();
    for (const name of files) {
      for (const { provider, username, password } of (await read(name)).accounts) {
        const key = `${String(provider)}/${String(username)}`;
        passwords.set(key, [...(passwords.get(key) ?? []), password]);
      }
    }
    expect([...passwords.keys()].toSorted()).toEqual(unique.toSorted());
    const twice = [...passwords].filter(([, values]) => values.length > 1);
    const differ = twice.filter(([, values]) => new Set(values).size > 1).map(([key]) => key);
    expect(differ.toSorted()).toEqual(passwordConflicts.toSorted());
    expect(twice.map(([key]) => key).filter((key) => !differ.includes(key))).toEqual(unchanged);
  },
);
