import { expect, test } from 'vitest';
import { cutToWidth, plainLines, tableLines, type Column } from './table.ts';

interface Row {
  readonly name: string;
  readonly count: number | null;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: (row) => row.name, flexible: true },
  { title: 'COUNT', value: (row) => row.count, align: 'right' },
];

test('columns are aligned by display width, also with wide characters and combining marks', () => {
  expect(
    tableLines(
      COLUMNS,
      [
        { name: '東京', count: 7 },
        { name: 'e\u0301a', count: 400 },
      ],
      80,
    ),
  ).toEqual(['NAME  COUNT', '東京      7', 'e\u0301a      400']);
});

test('a flexible column gives way to the width of the terminal', () => {
  const lines = tableLines(COLUMNS, [{ name: 'a'.repeat(50), count: 1 }], 20);
  expect(lines[1]).toBe(`${'a'.repeat(12)}…      1`);
});

test('nothing in a cell can steer the terminal or break the line', () => {
  const [line] = plainLines(COLUMNS, [{ name: 'a\u001b[31mb\nc\td\u202ee', count: null }]);
  expect(line).toBe('a\ufffd[31mb c d\ufffde\t');
});

test('text is cut between characters, never inside one', () => {
  expect(cutToWidth('👩‍👩‍👧x東京', 4)).toBe('👩‍👩‍👧x…');
  expect(cutToWidth('abc', 3)).toBe('abc');
});

const SPARE: readonly Column<{ readonly id: string; readonly kind: string | null; readonly at: string }>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'KIND', value: ({ kind }) => kind, spare: 1 },
  { title: 'AT', value: ({ at }) => at, spare: 2 },
];

test('where there is no room columns are left out, the sparest first, and so are those that say nothing', () => {
  const row = { id: 'abcdef', kind: 'small', at: '12:00:00' };
  expect(tableLines(SPARE, [row], 30)[0]).toBe('ID      KIND   AT');
  expect(tableLines(SPARE, [row], 20)[0]).toBe('ID      KIND');
  expect(tableLines(SPARE, [row], 10)[0]).toBe('ID');
  expect(tableLines(SPARE, [{ ...row, kind: null }], 30)[0]).toBe('ID      AT');
  expect(plainLines(SPARE, [{ ...row, kind: null }])).toEqual(['abcdef\t\t12:00:00']);
});
