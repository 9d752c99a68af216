import { BOTH_NAMES, readBare } from './bare.ts';
import { columnOf, type AccountFields } from './fields.ts';
import type { Findings } from './findings.ts';
import { headerOf, isHeading, readRow, type Header } from './header.ts';
import { readJsonLine } from './json-account.ts';
import { readKinanResult } from './kinan.ts';
import { createBlocks, labelsOf, namesAccount, readLabels, type LabelledAccount } from './labelled.ts';
import type { Line } from './lines.ts';
import { createHeading } from './heading.ts';
import { createJsonBlock } from './json-block.ts';
import { factsOf, isComment, isDecoration, unmarked, unquoted } from './list-facts.ts';
import { isProseLine } from './prose.ts';
import { splitSeparated } from './separated.ts';

/** Reads lines of accounts in any mix of shapes, with prose around them. */
export interface ListReader {
  read(lines: readonly Line[]): void;
  end(): void;
}

/** How far a record was read: `open` and `malformed` speak of its quotes. */
type Reading = 'done' | 'open' | 'malformed';

/** A quoted field may run over so many lines and characters; beyond, it was no quoted field. */
const MAX_QUOTED_LINES = 20;
const MAX_QUOTED_LENGTH = 64 * 1024;

/** `head`: the first lines of the list, looked at once to tell what its columns are. */
export function createListReader(head: readonly Line[], findings: Findings): ListReader {
  const facts = factsOf(head);
  const heading = createHeading();
  let header: Header | undefined;
  let underQuoted = false;
  let open: Line[] = [];
  let openLength = 0;
  if (facts.prose) findings.prose();

  const found = (line: number, shape: string, fields: AccountFields): void => findings.account(line, shape, heading.over(fields));
  const json = createJsonBlock({ ...findings, account: found });
  const labelled = (line: number, shape: string, account: LabelledAccount): void =>
    'fields' in account ? found(line, shape, account.fields) : findings.rejected(line, account.reason);
  const blocks = createBlocks((line, account) => labelled(line, 'labelled-blocks', account));

  /** `record` is one line, or several that a quoted field joins. */
  const readRecord = (record: string, line: number): Reading => {
    const text = record.trim();
    if (heading.read(text)) {
      blocks.end();
      return 'done';
    }
    if (isDecoration(text)) {
      blocks.gap();
      return 'done';
    }
    const names = mayBeHeader(text) ? headerOf(text) : undefined;
    if (names) header = isHeading(names) ? undefined : names;
    if (names || isComment(text)) return 'done';
    const result = readKinanResult(text);
    if (result) {
      labelled(line, 'kinan-result', result);
      return 'done';
    }
    if (text.startsWith('{') && text.endsWith('}')) {
      labelled(line, 'json', readJsonLine(text) ?? { reason: 'not-understood' });
      return 'done';
    }
    const labels = BOTH_NAMES.test(text) ? undefined : labelsOf(text);
    // `Password: x  Username: y` below `Username: z` is the end of one account and the beginning of the next.
    const first = labels?.[0]?.[0];
    if (labels && namesAccount(labels) && !(first && blocks.waitsFor(first))) {
      blocks.end();
      labelled(line, 'labelled-lines', readLabels(labels));
      return 'done';
    }
    if (header && text.includes(header.separator) && !namesProvider(header, text)) return readUnder(header, record, line);
    // `Account: user:pass`.
    const only = labels?.length === 1 ? labels[0] : undefined;
    if (only?.[0] === 'username' && /^[^\s:;|,]+[:;|,][^\s/]\S*$/.test(only[1])) return readAlone(only[1], line);
    if (labels) blocks.add(line, labels);
    return labels || blocks.value(text) ? 'done' : readAlone(text, line);
  };

  const readUnder = (names: Header, record: string, line: number): Reading => {
    const row = readRow(record, names);
    if (row.kind === 'account' && facts.prose && endsMail(record.trim(), names)) return readAlone(record.trim(), line);
    if (row.kind === 'account') {
      found(line, names.shape, row.fields);
      return 'done';
    }
    if (row.kind === 'open' || row.kind === 'malformed') return row.kind;
    // Lists are glued together, and mails end: what says by itself what it is, is that.
    const split = splitSeparated(record.trim());
    // A greeting at the end of a mail has fewer parts than a row, and a row that has all of them is none.
    const prose = typeof split === 'object' && !row.whole && facts.prose && isProseLine(split, facts);
    const named = typeof split === 'object' && split.provider !== undefined && row.reason !== 'whitespace-in-password';
    if (prose || named) return readAlone(record.trim(), line);
    findings.rejected(line, row.reason);
    return 'done';
  };

  /** Has it fewer parts than a row, and does it read like a line of a mail? */
  const endsMail = (text: string, { columns, separator }: Header): boolean => {
    if (text.split(separator).length >= columns.length) return false;
    const split = splitSeparated(text);
    return typeof split === 'object' && isProseLine(split, facts);
  };
  const readAlone = (text: string, line: number): Reading => {
    const bare = readBare(text, facts);
    if (bare.kind === 'open' || bare.kind === 'malformed') return bare.kind;
    if (bare.kind === 'account') {
      blocks.end();
      if (bare.doubt) findings.warning(bare.doubt, line);
      found(line, bare.shape, bare.fields);
      return 'done';
    }
    blocks.gap();
    heading.end();
    if (bare.kind === 'prose') findings.prose();
    else findings.rejected(line, bare.reason);
    return 'done';
  };

  const feed = (line: Line): void => {
    if (line.text === undefined) {
      giveUp();
      findings.rejected(line.number, 'line-too-long');
      return;
    }
    const whole = unmarked(line.text);
    // Below a header a `>` may begin the first column, unless the header itself was quoted so.
    const text = header && !underQuoted ? whole : unquoted(whole.trimStart());
    if (open.length === 0) {
      if (json.wants(text)) {
        for (const each of json.take({ number: line.number, text }, text)) feed(each);
        return;
      }
      const above = header;
      const reading = readRecord(text, line.number);
      if (header !== above) underQuoted = text !== whole;
      if (reading === 'malformed') findings.rejected(line.number, 'malformed-quotes');
      if (reading !== 'open') return;
    }
    open.push({ number: line.number, text });
    openLength += text.length;
    if (open.length === 1) return;
    const [{ number }] = open as [Line];
    const reading = readRecord(open.map((part) => part.text).join('\n'), number);
    if (reading === 'done') {
      open = [];
      openLength = 0;
    } else if (reading === 'malformed' || open.length >= MAX_QUOTED_LINES || openLength > MAX_QUOTED_LENGTH) {
      giveUp();
    }
  };

  /** The quote was never closed: its line is refused, those after it are read by themselves. */
  const giveUp = (): void => {
    const [first, ...rest] = open;
    open = [];
    openLength = 0;
    if (!first) return;
    findings.rejected(first.number, 'unbalanced-quote');
    for (const line of rest) feed(line);
  };

  return {
    read: (lines) => {
      for (const line of lines) feed(line);
    },
    end() {
      while (open.length > 0) giveUp();
      for (let rest = json.end(); rest.length > 0; rest = json.end()) for (const line of rest) feed(line);
      blocks.end();
    },
  };
}

/** A row that names its provider, under a header that has no such column: `ptc,user,pass` says by itself what it is. */
const namesProvider = ({ columns, separator }: Header, text: string): boolean => {
  if (columns.includes('provider')) return false;
  const split = splitSeparated(text);
  return typeof split === 'object' && split.provider !== undefined && text.split(separator).length > columns.length;
};

/** Cheap to ask of every line: does it begin like a name, and say one that headers have? */
const mayBeHeader = (text: string): boolean => {
  const first = /^[#\s"|]*(\p{L}[\p{L} ._'’-]*?|#)\s*"?\s*[,;:\t|]/u.exec(text)?.[1];
  if (first === undefined || text.length > 1_000) return false;
  return columnOf(first) !== undefined || (!/\d/.test(text) && HEADER_WORD.test(text));
};
const HEADER_WORD = /pass|pwd|\bpw\b|kennwort|contrase|clave|mdp|senha|wachtwoord|has[lł]o|пароль/i;
