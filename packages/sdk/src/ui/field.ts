import type { FormField } from './form-schema.ts';
import type { Span, Spans } from './line.tsx';
import { cut, splitGraphemes, textWidth, wrap } from './measure.ts';
import type { TextEdit } from './text-edit.ts';

export interface FieldState {
  readonly field: FormField;
  readonly edit: TextEdit;
  readonly error?: string;
}

const LABEL_WIDTH = 18;

export interface CaretOptions {
  readonly focused: boolean;
  readonly secret?: boolean;
  /** Columns for the text and its caret. */
  readonly width?: number;
}

/** The end of a text, in these columns. */
function endOf(parts: readonly string[], width: number): string {
  let text = '';
  for (const part of parts.toReversed()) {
    if (textWidth(part + text) > width) break;
    text = part + text;
  }
  return text;
}

/** A line of text with its caret. Secrets are drawn as dots, whose number says nothing of their length beyond eight. */
export function caretSpans({ text, cursor, selected }: TextEdit, { focused, secret = false, width = 42 }: CaretOptions): Spans {
  const parts = secret ? splitGraphemes(text).map(() => '•') : splitGraphemes(text);
  if (!focused) return [secret ? '•'.repeat(Math.min(8, parts.length)) : text];
  if (selected) return [{ text: endOf(parts, width - 1), inverse: true }, ' '];
  const under = parts[cursor] ?? ' ';
  const before = parts.slice(0, cursor);
  // What stands before the caret stays in view: its end, where it is long.
  const room = Math.max(1, width - textWidth(under));
  const shown = textWidth(before.join('')) <= room ? before.join('') : `…${endOf(before, room - 1)}`;
  const after = parts.slice(cursor + 1).join('');
  return [shown, { text: under, inverse: true }, cut(after, Math.max(0, room - textWidth(shown)))];
}

function valueSpans({ field, edit }: FieldState, focused: boolean, width: number): Spans {
  if (field.type === 'boolean')
    return [{ text: edit.text === 'true' ? '[x]' : '[ ]', bold: focused }, focused ? ' space changes it' : ''];
  if (field.type === 'choice') {
    const choice: Span = { text: edit.text === '' ? '—' : edit.text, bold: focused };
    return focused ? [choice, { text: `  ← → ${field.choices.join(' · ')}`, tone: 'faint' }] : [choice];
  }
  return caretSpans(edit, { focused, secret: field.secret, width });
}

/** A field as lines of at most `width`: its value, then its error or, while focused, what it is for. */
export function fieldLines(state: FieldState, focused: boolean, width = Infinity): Spans[] {
  const { field, error } = state;
  const label: Span = {
    text: `${`${field.name}${field.required ? ' *' : ''}`.padEnd(LABEL_WIDTH - 1)} `,
    tone: focused ? 'plain' : 'faint',
    bold: focused,
  };
  const indent = ' '.repeat(LABEL_WIDTH + 3);
  const room = Math.max(20, width - indent.length - 1);
  const value = valueSpans(state, focused, room);
  const lines: Spans[] = [[{ text: focused ? ' ❯ ' : '   ', tone: 'accent', bold: true }, label, ...value]];
  const below: Span | undefined =
    error !== undefined
      ? { text: `× ${error}`, tone: 'bad' }
      : focused && field.description !== ''
        ? { text: field.description, tone: 'faint' }
        : undefined;
  if (below !== undefined) lines.push(...wrap(below.text, room).map((text): Spans => [indent, { ...below, text }]));
  return lines;
}
