import type { ViewContent } from '@muster/api';
import { bar, cut, drawable, fit, type Spans, sparkline, spansWidth, textWidth, type Tone, wrap } from '@muster/sdk/ui';
import { grouped, moment } from '../../parts/format.ts';

type Section = ViewContent['sections'][number];
type Kind<K extends Section['kind']> = Extract<Section, { kind: K }>;
type GivenTone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';

const GAP = 2;
const NARROWEST = 6;

const toneOf = (tone: GivenTone | undefined): Tone => (tone === 'dim' ? 'faint' : (tone ?? 'plain'));
const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const text = (value: string | number | null): string =>
  value === null
    ? ''
    : typeof value === 'string'
      ? value
      : Number.isInteger(value)
        ? grouped(value)
        : String(Math.round(value * 100) / 100);
/** Text of a plugin on one line. */
const oneLine = (value: string | number | null): string => drawable(text(value).replace(/\s+/g, ' '));

function factLines({ facts }: Kind<'facts'>, width: number): Spans[] {
  const label = Math.min(Math.floor(width / 2), Math.max(0, ...facts.map((fact) => textWidth(oneLine(fact.label)))));
  return facts.flatMap(({ label: name, value, tone }) => {
    const lines = wrap(oneLine(value), Math.max(NARROWEST, width - label - GAP - 2));
    return (lines.length === 0 ? [''] : lines).map((line, index): Spans => [
      faint(` ${fit(index === 0 ? oneLine(name) : '', label)}${' '.repeat(GAP)}`),
      { text: line, tone: toneOf(tone) },
    ]);
  });
}

/** Widths of columns: as wide as what is in them, the widest giving way until all fit. */
function columnWidths({ columns, rows }: Kind<'table'>, width: number): number[] {
  const widths = columns.map(({ key, title }) =>
    Math.max(textWidth(oneLine(title)), ...rows.map((row) => textWidth(oneLine(row[key] ?? null)))),
  );
  const room = width - 2 - GAP * (columns.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0;) {
    const widest = Math.max(...widths);
    const next = Math.max(NARROWEST, ...widths.filter((one) => one < widest));
    if (widest <= NARROWEST) break;
    const at = widths.indexOf(widest);
    const less = Math.min(over, Math.max(1, widest - next));
    widths[at] = widest - less;
    over -= less;
  }
  return widths;
}

function tableLines(section: Kind<'table'>, width: number): Spans[] {
  const { columns, rows } = section;
  const widths = columnWidths(section, width);
  const line = (cell: (key: string, title: string) => string): string =>
    columns
      .map(({ key, title, align }, index) => {
        const room = widths[index] ?? 0;
        return fit(cut(cell(key, title), room), room, align);
      })
      .join(' '.repeat(GAP));
  if (rows.length === 0) return [[faint(' nothing')]];
  return [
    [faint(` ${line((_key, title) => oneLine(title))}`)],
    ...rows.map((row): Spans => [` ${line((key) => oneLine(row[key] ?? null))}`]),
  ];
}

function barLines({ bars }: Kind<'bars'>, width: number): Spans[] {
  const label = Math.min(Math.floor(width / 3), Math.max(0, ...bars.map((one) => textWidth(oneLine(one.label)))));
  const value = Math.max(
    1,
    ...bars.map(({ value: part, of }) => text(part).length + (of === undefined ? 0 : text(of).length + 1)),
  );
  const cells = Math.max(4, Math.min(60, width - label - value - GAP * 2 - 2));
  const most = Math.max(1, ...bars.map((one) => one.of ?? one.value));
  return bars.map(({ label: name, value: part, of, tone }): Spans => [
    ` ${fit(oneLine(name), label)}${' '.repeat(GAP)}`,
    ...bar(part, of ?? most, { width: cells, tone: tone === undefined ? 'accent' : toneOf(tone) }),
    `  ${`${text(part)}${of === undefined ? '' : `/${text(of)}`}`.padStart(value)}`,
  ]);
}

function sparkLines({ values }: Kind<'spark'>, width: number): Spans[] {
  const shown = values.slice(-Math.max(1, width - 2));
  if (shown.length === 0) return [[faint(' nothing yet')]];
  return [
    [' ', { text: sparkline(shown, Math.min(shown.length, width - 2)), tone: 'accent' }],
    [faint(` last ${text(shown.at(-1) ?? 0)}   most ${text(Math.max(...shown))}`)],
  ];
}

function logLines({ lines }: Kind<'log'>, width: number, now: number): Spans[] {
  if (lines.length === 0) return [[faint(' nothing yet')]];
  return lines.flatMap(({ at, from, text: said, tone }) => {
    const head: Spans = [
      faint(` ${moment(at, now)} `),
      ...(from === undefined ? [] : [{ text: `${oneLine(from)} `, bold: true }]),
    ];
    const indent = Math.min(Math.floor(width / 2), spansWidth(head));
    const wrapped = wrap(drawable(said.replace(/[\t\r\n]+/g, ' ')), Math.max(NARROWEST, width - indent - 1));
    const [first = '', ...others] = wrapped;
    const span = (line: string): Spans[number] => ({ text: line, tone: toneOf(tone) });
    return [[...head, span(first)], ...others.map((line): Spans => [' '.repeat(indent), span(line)])];
  });
}

function sectionLines(section: Section, width: number, now: number): Spans[] {
  if (section.kind === 'facts') return factLines(section, width);
  if (section.kind === 'table') return tableLines(section, width);
  if (section.kind === 'bars') return barLines(section, width);
  return section.kind === 'spark' ? sparkLines(section, width) : logLines(section, width, now);
}

/** A page as lines of a terminal, its sections under each other. */
export const viewLines = ({ sections }: ViewContent, { width, now }: { width: number; now: number }): Spans[] =>
  sections.flatMap((section, index): Spans[] => [
    ...(index === 0 ? [] : [[]]),
    ...(section.title === undefined || section.title === '' ? [] : [[{ text: ` ${oneLine(section.title)}`, bold: true }]]),
    ...sectionLines(section, width, now),
  ]);
