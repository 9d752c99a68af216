export interface Field {
  readonly text: string;
  /** Was it in quotes? Then white space inside it belongs to it. */
  readonly quoted: boolean;
}

/**
 * Cuts a record at `separator` by RFC 4180: a field that starts with a quote ends with one, and holds separators, line
 * ends and doubled quotes. `open` when a quote is not closed yet, `malformed` when text follows a closing quote.
 */
export function splitQuoted(record: string, separator: string): Field[] | 'open' | 'malformed' {
  if (!record.includes('"')) return record.split(separator).map((text) => ({ text: text.trim(), quoted: false }));
  const fields: Field[] = [];
  for (let at = 0; ;) {
    const quoted = readQuoted(record, at);
    if (quoted === 'open') return 'open';
    let end: number;
    if (quoted) {
      end = skipBlanks(record, quoted.end, separator);
      if (end < record.length && record[end] !== separator) return 'malformed';
      fields.push({ text: quoted.text, quoted: true });
    } else {
      const next = record.indexOf(separator, at);
      end = next === -1 ? record.length : next;
      fields.push({ text: record.slice(at, end).trim(), quoted: false });
    }
    if (end >= record.length) return fields;
    at = end + 1;
  }
}

/** The quoted field that starts at `at`, blanks aside: its text and where it ends; undefined when none starts there. */
export function readQuoted(record: string, at: number): { readonly text: string; readonly end: number } | 'open' | undefined {
  const start = skipBlanks(record, at, '');
  if (record[start] !== '"') return undefined;
  let text = '';
  for (let from = start + 1; ;) {
    const close = record.indexOf('"', from);
    if (close === -1) return 'open';
    text += record.slice(from, close);
    if (record[close + 1] !== '"') return { text, end: close + 1 };
    text += '"';
    from = close + 2;
  }
}

export function skipBlanks(record: string, at: number, except: string): number {
  let index = at;
  while ((record[index] === ' ' || record[index] === '\t') && record[index] !== except) index++;
  return index;
}
