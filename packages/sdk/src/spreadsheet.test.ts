import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromSpreadsheetText, spreadsheetText } from './spreadsheet.ts';

test.each(['=1+1', "'=1", "=cmd|'/c calc'!A1", '@SUM(A1)', '+cmd|x', '-2+3+cmd|x', '\t=1', '\r=1', "='"])(
  'a spreadsheet runs nothing of %j',
  (text) => {
    expect(spreadsheetText(text)).toBe(`'${text}`);
  },
);

test.each(['', 'Ann', '+213', '+34 600 (00) 00', '-5', '-1.5', "'quoted", 'a=b', 'x@y.example'])('%j stays as it is', (text) => {
  expect(spreadsheetText(text)).toBe(text);
});

test('whatever is guarded is read back', () => {
  const text = fc.string({ unit: fc.constantFrom('=', '@', '+', '-', '\t', '1', 'a', ' ', "'") });
  fc.assert(fc.property(text, (each) => fromSpreadsheetText(spreadsheetText(each)) === each));
});
