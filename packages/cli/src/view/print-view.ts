import type { ViewContent } from '@muster/api';
import { safeText } from '@muster/sdk';
import type { Output, Style } from '../print/output.ts';
import { moment } from '../print/words.ts';
import type { Column } from '../print/table.ts';

type Section = ViewContent['sections'][number];
type Row = Extract<Section, { kind: 'table' }>['rows'][number];
type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';

const STYLES: Readonly<Record<Tone, Style | undefined>> = {
  plain: undefined,
  good: 'green',
  warn: 'yellow',
  bad: 'red',
  dim: 'dim',
};
const BAR_WIDTH = 30;
const SPARK = '▁▂▃▄▅▆▇█';
const MAX_TEXT = 10_000;

const figure = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : safeText(value, MAX_TEXT);
const toned = (out: Output, tone: Tone | undefined, text: string): string => {
  const style = STYLES[tone ?? 'plain'];
  return style === undefined ? text : out.paint(style, text);
};

function bars(out: Output, items: Extract<Section, { kind: 'bars' }>['bars']): void {
  const most = Math.max(1, ...items.map(({ value, of }) => of ?? value));
  const width = Math.max(0, ...items.map(({ label }) => safeText(label).length));
  for (const { label, value, of, tone } of items) {
    const part = Math.min(1, Math.max(0, value / (of ?? most)));
    const drawn = out.tty ? `${'█'.repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '·')}  ` : '';
    const said = of === undefined ? figure(value) : `${figure(value)} of ${figure(of)}`;
    out.line(`${safeText(label).padEnd(width)}  ${toned(out, tone, drawn)}${said}`);
  }
}

function spark(out: Output, values: readonly number[]): void {
  if (!out.tty) return out.line(values.join(' '));
  const most = Math.max(...values, Number.MIN_VALUE);
  out.line(values.map((value) => SPARK[Math.max(0, Math.min(7, Math.ceil((value / most) * 8) - 1))] ?? ' ').join(''));
  out.line(out.paint('dim', `most ${figure(Math.max(0, ...values))}, now ${figure(values.at(-1) ?? 0)}`));
}

function section(out: Output, part: Section): void {
  if (part.title !== undefined) out.line(out.paint('bold', safeText(part.title)));
  switch (part.kind) {
    case 'facts': {
      const width = Math.max(0, ...part.facts.map(({ label }) => safeText(label).length));
      for (const { label, value, tone } of part.facts) {
        out.line(`${safeText(label).padEnd(width)}  ${toned(out, tone, figure(value))}`);
      }
      return;
    }
    case 'table': {
      const columns: Column<Row>[] = part.columns.map(({ key, title, align }) => {
        const value = (row: Row): string | number | null => row[key] ?? null;
        return { title: safeText(title), value, flexible: align !== 'right', ...(align === 'right' && { align }) };
      });
      out.table(columns, part.rows);
      return;
    }
    case 'bars':
      return bars(out, part.bars);
    case 'spark':
      return spark(out, part.values);
    case 'log':
      for (const { at, from, text, tone } of part.lines) {
        const who = from === undefined ? '' : `${out.paint('cyan', safeText(from))}  `;
        out.line(`${moment(at)}  ${who}${toned(out, tone, safeText(text, MAX_TEXT))}`);
      }
  }
}

/** A page of a plugin in lines. */
export function printView(out: Output, content: ViewContent): void {
  for (const [at, part] of content.sections.entries()) {
    if (at > 0) out.line('');
    section(out, part);
  }
}
