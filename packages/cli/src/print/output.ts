import { safeJson, safeText } from '@muster/sdk';
import { harmless } from './harmless.ts';
import { plainLines, tableLines, type Column } from './table.ts';
import { wrapText } from './wrap.ts';

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Results go to stdout: a table or lines for people, or one JSON document. Everything else goes to stderr. */
export interface Output {
  readonly json: boolean;
  /** A person looks at stdout. */
  readonly tty: boolean;
  /** One line of the result; the text must be safe already. Nothing in JSON mode. */
  line(text: string): void;
  /** A name and what is said of it; on a terminal its further lines stand below the first. The name must be safe, and `width` wide. */
  entry(name: string, text: string, width: number): void;
  table<T>(columns: readonly Column<T>[], rows: readonly T[]): void;
  /** The one document of JSON mode, or one line of it where the command streams. Nothing otherwise. */
  document(value: unknown): void;
  /** Raw text to stdout, whatever the mode. */
  raw(text: string): void;
  /** A message on stderr, not with `--quiet`. */
  note(text: string): void;
  /** A message on stderr, always. */
  warn(text: string): void;
  /** A line on stderr that the next one replaces; only on a terminal. */
  progress(text: string): void;
  /** Takes the progress line away. */
  clear(): void;
  paint(style: Style, text: string): string;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

const GAP = '  ';
/** Below this many columns text is left to the terminal to break. */
const NARROWEST = 20;
const CLEAR_LINE = '\r\u001b[K';

export function createOutput({ stdout, stderr, json, quiet, color }: OutputOptions): Output {
  const tty = stdout.isTTY === true;
  let progressing = false;
  const clear = (): void => {
    if (progressing) stderr.write(CLEAR_LINE);
    progressing = false;
  };
  const print = (text: string): void => {
    clear();
    stdout.write(`${harmless(text)}\n`);
  };
  const message = (text: string): void => {
    clear();
    const lines = stderr.isTTY === true ? wrapText(text, stderr.columns ?? 80) : [text];
    stderr.write(`${harmless(lines.join('\n'))}\n`);
  };
  return {
    json,
    tty,
    clear,
    line: (text) => (json ? undefined : print(text)),
    entry(name, text, width) {
      if (json) return;
      const room = (stdout.columns ?? 80) - width - GAP.length;
      const lines = tty && room > NARROWEST ? wrapText(text, room) : [text];
      for (const [at, part] of lines.entries()) print(`${at === 0 ? name : ' '.repeat(width)}${GAP}${part}`);
    },
    table(columns, rows) {
      if (json) return;
      const lines = tty ? tableLines(columns, rows, stdout.columns ?? 80) : plainLines(columns, rows);
      for (const [at, text] of lines.entries()) print(tty && at === 0 && color ? `\u001b[1m${text}\u001b[22m` : text);
    },
    document: (value) => (json ? print(safeJson(JSON.stringify(value))) : undefined),
    raw(text) {
      clear();
      stdout.write(text);
    },
    note: (text) => (quiet ? undefined : message(text)),
    warn: message,
    progress(text) {
      if (quiet || stderr.isTTY !== true) return;
      const width = (stderr.columns ?? 80) - 1;
      stderr.write(CLEAR_LINE + safeText(text, width));
      progressing = true;
    },
    paint(style, text) {
      const [on, off] = CODES[style];
      return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    },
  };
}
