import { expect, test } from 'vitest';
import { Config } from '../schemas.ts';
import { isQuiet, localTime } from './calendar.ts';
import { csvRows } from './csv.ts';
import { renderTemplate, templateFields } from './template.ts';

test('a template takes fields, in any case, with a word for where there is none', () => {
  expect(templateFields('Hi {{Name}}, {{ order no }} {{x|y}}')).toEqual(['name', 'order no', 'x']);
  expect(renderTemplate('Hi {{Name|there}}, {{city}}!', { name: 'Anna', city: 'Oran' })).toEqual({ text: 'Hi Anna, Oran!' });
  expect(renderTemplate('Hi {{Name|there}}', { name: '' })).toEqual({ text: 'Hi there' });
  expect(renderTemplate('Hi {{name}} from {{city}}', { name: 'Anna' })).toEqual({ missing: 'city' });
  expect(renderTemplate('{{a}}', { a: '{{b}} $& $1' })).toEqual({ text: '{{b}} $& $1' });
});

test.each(['Hi {{name', 'Hi name}}', '{{}}', '{{a b!}}'])('%s is refused', (template) => {
  expect(() => templateFields(template)).toThrow(/a field is written/);
});

test.each([
  [
    'commas',
    'a,b\n1,"x, ""y"""\r\n\n2,\n',
    [
      ['a', 'b'],
      ['1', 'x, "y"'],
      ['2', ''],
    ],
  ],
  [
    'semicolons',
    '\ufeffa;b\n1;2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['a line break in quotes', 'a\n"x\ny"\nz', [['a'], ['x\ny'], ['z']]],
  ['nothing', '', []],
])('CSV with %s', (_name, text, rows) => {
  expect([...csvRows(text)].map(({ cells }) => cells)).toEqual(rows);
});

test('a row knows its line', () => {
  expect([...csvRows('a\n"x\ny"\nz')].map(({ line }) => line)).toEqual([1, 2, 4]);
});

const at = (time: string): number => Date.parse(`2026-11-21T${time}:00Z`);

test('quiet hours go over midnight, in the zone of the people', () => {
  const hours = { from: '21:00', until: '08:00', timeZone: 'UTC' };
  expect(['20:59', '21:00', '23:59', '00:00', '07:59', '08:00'].map((time) => isQuiet(at(time), hours))).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(isQuiet(at('18:30'), { ...hours, timeZone: 'Asia/Riyadh' })).toBe(true);
  expect(isQuiet(at('12:00'), { from: '10:00', until: '14:00', timeZone: 'UTC' })).toBe(true);
  expect(isQuiet(at('12:00'), { from: '10:00', until: '10:00', timeZone: 'UTC' })).toBe(false);
  expect(localTime(at('22:30'), 'Asia/Riyadh')).toEqual({ day: '2026-11-22', time: '01:30' });
  expect(localTime(at('22:30'), 'No/Such')).toEqual({ day: '2026-11-21', time: '22:30' });
});

test.each([
  // The clocks go from 02:00 to 03:00: there is no 02:30, and 03:00 is after it.
  ['2026-03-29', ['00:59', '01:00'], [true, false]],
  // They go from 03:00 to 02:00: 02:29 comes twice, and is quiet each time.
  ['2026-10-25', ['00:29', '00:30', '00:59', '01:00', '01:29', '01:30'], [true, false, false, true, true, false]],
])('quiet hours go by what the clocks show, on %s when they are changed', (day, times, quiet) => {
  const hours = { from: '21:00', until: '02:30', timeZone: 'Europe/Berlin' };
  expect(times.map((time) => isQuiet(Date.parse(`${day}T${time}:00Z`), hours))).toEqual(quiet);
});

test('a time zone that nobody knows is refused as a setting', () => {
  expect(Config.safeParse({ timeZone: 'Asia/Riyadh' }).success).toBe(true);
  expect(Config.safeParse({ timeZone: 'Asia/Riyad' }).error?.issues[0]?.message).toBe('a time zone, as Asia/Riyadh or UTC');
});
