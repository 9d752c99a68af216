/** Rows of a CSV text with `,` or `;` or tab, quotes as in RFC 4180. The line is the one where the row begins, from 1. */
export function* csvRows(text: string): Generator<{ readonly line: number; readonly cells: string[] }> {
  const clean = text.replace(/^\ufeff/, '');
  const first = clean.slice(0, clean.search(/\r?\n|$/));
  const separator = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begins = 1;
  for (let at = 0; at <= clean.length; at++) {
    const char = clean[at];
    if (char === '\n') line += 1;
    if (quoted && char !== undefined) {
      if (char !== '"') cell += char;
      else if (clean[at + 1] === '"') cell += clean[++at];
      else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (char === separator) {
      cells.push(cell.trim());
      cell = '';
    } else if (char === '\n' || char === undefined) {
      cells.push(cell.trim());
      if (cells.some((one) => one !== '')) yield { line: begins, cells };
      cells = [];
      cell = '';
      begins = line;
    } else if (char !== '\r') cell += char;
  }
}
