import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileAccount } from '../formats/file-account.ts';
import { monocle } from '../formats/monocle.ts';
import { rocketmap } from '../formats/rocketmap.ts';
import { createSeen } from './seen.ts';
import { readEntries, summary } from './testing.ts';

const folder = new URL('../../fixtures/', import.meta.url);

test('where a file is cut on its way makes no difference', async () => {
  for (const name of readdirSync(folder).filter((file) => !file.startsWith('.') && file !== 'expected.json')) {
    const bytes = readFileSync(new URL(name, folder));
    const whole = await readEntries(bytes);
    for (const pieceBytes of [1, 3, 64]) expect([name, ...(await readEntries(bytes, { pieceBytes }))]).toEqual([name, ...whole]);
  }
});

test('random bytes and random text are refused, never a crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      await readEntries(bytes);
    }),
    { numRuns: 300 },
  );
  const piece = fc.constantFrom(
    'user',
    'pass:',
    ',',
    ';',
    ':',
    '\t',
    '|',
    '"',
    '""',
    '\n',
    '\r\n',
    ' ',
    'ptc',
    'google',
    '30',
    'L30',
    '{',
    '}',
    '[',
    '#',
    '<td>',
    'From: a',
    '=',
    '@x.test',
    'Username: ',
    'x1',
    '\ufeff',
    '\0',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      for (const entry of await readEntries(pieces.join(''))) {
        if (entry.kind !== 'account') continue;
        expect(entry.data['username']).toMatch(/^\S+$/);
        expect(entry.data['password']).not.toBe('');
      }
    }),
    { numRuns: 1_000 },
  );
});

const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
const username = fc.stringMatching(/^[a-z][a-z0-9_.]{3,15}$/);

test('what is written for Monocle is read back the same, whatever the password', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.record({ username, password: word, provider: fc.constantFrom('ptc', 'google') }), {
        selector: (row) => row.username,
        maxLength: 20,
      }),
      async (rows) => {
        const text = monocle.head + rows.map((row) => monocle.line(fileAccount(row))).join('');
        const found = (await readEntries(text)).flatMap((entry) => (entry.kind === 'account' ? [entry.data] : []));
        expect(found).toEqual(rows);
      },
    ),
    { numRuns: 300 },
  );
});

// A password that ends like a further column, a level or an email, is taken for one.
const ENDS_LIKE_COLUMN = /[,;:|\t](?:\d+|.*@.*)$|[,;:|\t([](?:l|lv|lvl|level)[.:#=-]*\d+[)\]]?$/i;

test('what is written for RocketMap is read back the same, where its own reader would', async () => {
  const password = word.filter((text) => !/[\s"]/.test(text) && !text.endsWith(',') && !ENDS_LIKE_COLUMN.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.record({ username, password }), { selector: (row) => row.username, minLength: 1, maxLength: 20 }),
      async (rows) => {
        const fit = rows.map((row) => fileAccount(row)).filter((row) => rocketmap.unfit(row) === undefined);
        const text = fit.map((row) => rocketmap.line(row)).join('');
        expect(await summary(text)).toEqual(fit.map((row) => `${row.username}|${row.password}`));
      },
    ),
    { numRuns: 300 },
  );
});

test('names are remembered exactly, also many of them, up to the limit', () => {
  const seen = createSeen(50_000);
  for (let index = 0; index < 50_000; index++) expect(seen.add(`ptc/user${index}`)).toBe('new');
  for (let index = 0; index < 50_000; index += 97) expect(seen.add(`ptc/user${index}`)).toBe('known');
  expect(seen.add('ptc/another')).toBe('full');
});
