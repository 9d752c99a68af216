import type { FormField } from './form-schema.ts';
import type { Span, Spans } from './line.tsx';
import { splitGraphemes, wrap } from './measure.ts';
import type { TextEdit } from './text-edit.ts';

export interface FieldState {
  readonly field: FormField;
  readonly edit: TextEdit;
  readonly error?: string;
}

const LABEL_WIDTH = 18;

/** A line of text with its caret. Secrets are drawn as dots, whose number says nothing of their length beyond eight. */
export function caretSpans(
  { text, cursor, selected }: TextEdit,
  { focused, secret = false }: { focused: boolean; secret?: boolean },
): Spans {
  const parts = secret ? splitGraphemes(text).map(() => '•') : splitGraphemes(text);
  if (!focused) return [secret ? '•'.repeat(Math.min(8, parts.length)) : text];
  if (selected) return [{ text: parts.slice(-40).join(''), inverse: true }, ' '];
  // The end of a long text stays in view.
  const from = Math.max(0, cursor - 40);
  return [
    from > 0 ? '…' : '',
    parts.slice(from, cursor).join(''),
    { text: parts[cursor] ?? ' ', inverse: true },
    parts.slice(cursor + 1).join(''),
  ];
}

function valueSpans({ field, edit }: FieldState, focused: boolean): Spans {
  if (field.type === 'boolean')
    return [{ text: edit.text === 'true' ? '[x]' : '[ ]', bold: focused }, focused ? ' space changes it' : ''];
  if (field.type === 'choice') {
    const choice: Span = { text: edit.text === '' ? '—' : edit.text, bold: focused };
    return focused ? [choice, { text: `  ← → ${field.choices.join(' · ')}`, tone: 'faint' }] : [choice];
  }
  return caretSpans(edit, { focused, secret: field.secret });
}

/** A field as lines of at most `width`: its value, then its error or, while focused, what it is for. */
export function fieldLines(state: FieldState, focused: boolean, width = Infinity): Spans[] {
  const { field, error } = state;
  const label: Span = {
    text: `${`${field.name}${field.required ? ' *' : ''}`.padEnd(LABEL_WIDTH - 1)} `,
    tone: focused ? 'plain' : 'faint',
    bold: focused,
  };
  const lines: Spans[] = [[{ text: focused ? ' ❯ ' : '   ', tone: 'accent', bold: true }, label, ...valueSpans(state, focused)]];
  const indent = ' '.repeat(LABEL_WIDTH + 3);
  const room = Math.max(20, width - indent.length - 1);
  const below: Span | undefined =
    error !== undefined
      ? { text: `× ${error}`, tone: 'bad' }
      : focused && field.description !== ''
        ? { text: field.description, tone: 'faint' }
        : undefined;
  if (below !== undefined) lines.push(...wrap(below.text, room).map((text): Spans => [indent, { ...below, text }]));
  return lines;
}
