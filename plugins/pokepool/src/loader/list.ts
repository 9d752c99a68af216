import { columnOf, type AccountFields } from './fields.ts';
import type { Findings } from './findings.ts';
import { headerOf, readRow, type Header } from './header.ts';
import { readJsonLine } from './json-account.ts';
import { readKinanResult } from './kinan.ts';
import { createBlocks, labelsOf, namesAccount, readLabels, type LabelledAccount } from './labelled.ts';
import type { Line } from './lines.ts';
import { isMailField, isProseLine, isProseText, isSignature, mayHideAccount } from './prose.ts';
import { splitSeparated, type Separated } from './separated.ts';
import { readTrailing, voteOnColumns, type ListColumns } from './trailing.ts';

/** Reads lines of accounts in any mix of shapes, with prose around them. */
export interface ListReader {
  read(lines: readonly Line[]): void;
  end(): void;
}

interface Facts {
  readonly columns: ListColumns;
  readonly prose: boolean;
  /** Most account lines have blanks at their separator. */
  readonly spaced: boolean;
  /** Every line is a user name and nothing else. */
  readonly namesOnly: boolean;
}

/** A quoted field may run over so many lines; then it was no quoted field. */
const MAX_QUOTED_LINES = 20;
const BULLET = /^(?:[>*•·–-]+|\(?\d{1,6}[.)])\s+/;

/** `head`: the first lines of the list, read in full once to tell what its columns are. */
export function createListReader(head: readonly Line[], findings: Findings): ListReader {
  const facts = factsOf(head);
  let header: Header | undefined;
  let open: Line[] = [];
  const blocks = createBlocks((line, account) => labelled(line, 'labelled-blocks', account));
  if (facts.prose) findings.prose();

  const labelled = (line: number, shape: string, account: LabelledAccount): void =>
    'fields' in account ? findings.account(line, shape, account.fields) : findings.rejected(line, account.reason);

  /** `record` is one line, or several that a quoted field joins. False when a quote in it is still open. */
  const readRecord = (record: string, line: number): boolean => {
    const text = record.trim();
    if (text === '') {
      blocks.gap();
      return true;
    }
    const comment = text.startsWith('#') || text.startsWith('//');
    const names = mayBeHeader(text) ? headerOf(text) : undefined;
    if (names) {
      header = names;
      return true;
    }
    if (comment) return true;
    // oxlint-disable-next-line no-control-regex -- a NUL or escape in a text file is a fault to be told
    if (/[\u0000\u001b]/.test(text)) {
      findings.rejected(line, 'unreadable-character');
      return true;
    }
    const result = readKinanResult(text);
    if (result) {
      if (result.fields) findings.account(line, 'kinan-result', result.fields);
      else findings.rejected(line, result.reason ?? 'kinan-error');
      return true;
    }
    if (text.startsWith('{') && text.endsWith('}')) {
      const account = readJsonLine(text);
      if (account) labelled(line, 'json', account);
      else findings.rejected(line, 'not-understood');
      return true;
    }
    const under = header !== undefined && text.includes(header.separator);
    const labels = labelsOf(text);
    if (labels && namesAccount(labels)) {
      blocks.end();
      labelled(line, 'labelled-lines', readLabels(labels));
      return true;
    }
    if (header && under) return readUnder(header, text, line);
    if (labels) {
      blocks.add(line, labels);
      return true;
    }
    return blocks.value(text) || readBare(text, line);
  };

  const readUnder = (names: Header, text: string, line: number): boolean => {
    const row = readRow(text, names);
    if (row.kind === 'open') return false;
    if (row.kind === 'account') {
      findings.account(line, names.shape, row.fields);
      return true;
    }
    // Lists are glued together: `ptc,user,pass` under a header of other columns says what it is by itself.
    const split = splitSeparated(text);
    if (typeof split === 'object' && split.provider !== undefined && row.reason !== 'whitespace-in-password') {
      return readBare(text, line);
    }
    findings.rejected(line, row.reason);
    return true;
  };

  const readBare = (text: string, line: number): boolean => {
    const split = splitSeparated(text);
    if (split === 'open') return false;
    if (split === 'malformed') {
      if (isMailField(text)) findings.prose();
      else findings.rejected(line, 'malformed-quotes');
      return true;
    }
    if (split === undefined) {
      if (facts.namesOnly && !isProseText(text)) {
        findings.account(line, 'username-only', { username: text });
        return true;
      }
      blocks.gap();
      if (isProseText(text) || (facts.prose && isSignature(text))) findings.prose();
      else findings.rejected(line, 'no-password');
      return true;
    }
    if (BULLET.test(text) && /\s/.test(split.username)) {
      const bare = splitSeparated(text.replace(BULLET, ''));
      if (typeof bare === 'object' && !/\s/.test(bare.username)) return readBare(text.replace(BULLET, ''), line);
    }
    const trailing = readTrailing(split, facts.columns);
    if (isProseLine({ ...split, rest: split.password ?? trailing.password }, facts)) {
      blocks.gap();
      findings.prose();
      if (mayHideAccount(text)) findings.rejected(line, 'not-understood');
      return true;
    }
    blocks.end();
    readAccount(split, trailing, line);
    return true;
  };

  const readAccount = (split: Separated, trailing: ReturnType<typeof readTrailing>, line: number): void => {
    const { provider, username, separator } = split;
    if (/\s/.test(username)) return findings.rejected(line, 'whitespace-in-username');
    if (
      split.password !== undefined &&
      trailing.level === undefined &&
      trailing.email === undefined &&
      /[^,;:|\s]/.test(split.rest)
    ) {
      return findings.rejected(line, 'not-understood');
    }
    if (split.password === undefined && /\s/.test(trailing.password)) return findings.rejected(line, 'whitespace-in-password');
    if (trailing.doubt) findings.warning(trailing.doubt, line);
    const fields: AccountFields = { username, password: trailing.password };
    if (provider) fields.provider = provider;
    if (trailing.level !== undefined) fields.level = trailing.level;
    if (trailing.email !== undefined) fields.email = trailing.email;
    const bare = trailing.shape === 'user-sep-pass';
    const shape = provider && bare ? (separator === ',' ? 'rocketmap-3' : 'provider-sep') : trailing.shape;
    findings.account(line, shape, fields);
  };

  const feed = (line: Line): void => {
    if (line.text === undefined) {
      giveUp();
      findings.rejected(line.number, 'line-too-long');
      return;
    }
    if (open.length === 0) {
      if (!readRecord(unmarked(line.text), line.number)) open = [line];
      return;
    }
    open.push(line);
    const record = open.map(({ text }) => text).join('\n');
    const first = (open[0] as Line).number;
    const kept = open;
    open = [];
    if (readRecord(record, first)) return;
    open = kept;
    if (kept.length >= MAX_QUOTED_LINES) giveUp();
  };

  /** The quote was never closed: its line is refused, those after it are read by themselves. */
  const giveUp = (): void => {
    const [first, ...rest] = open;
    open = [];
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
      blocks.end();
    },
  };
}

// Files are glued together with their byte order marks.
const unmarked = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

const mayBeHeader = (text: string): boolean => {
  const first = /^[#\s"]*([a-z][a-z _-]*?)\s*"?\s*[,;:\t|]/i.exec(text)?.[1];
  return first !== undefined && columnOf(first) !== undefined;
};

function factsOf(head: readonly Line[]): Facts {
  const separated: Separated[] = [];
  let names = 0;
  let others = 0;
  let prose = false;
  for (const { text: raw } of head) {
    const text = raw === undefined ? '' : unmarked(raw).trim();
    if (text === '' || text.startsWith('#') || text.startsWith('//')) continue;
    const split = splitSeparated(text);
    if (typeof split === 'string') others++;
    else if (split === undefined) {
      if (isProseText(text)) prose = true;
      else names++;
    } else if (labelsOf(text)) others++;
    else if (isProseLine(split, { prose: false, spaced: false })) prose = true;
    else if (!/\s/.test(split.username)) separated.push(split);
  }
  return {
    columns: voteOnColumns(separated),
    prose,
    spaced: separated.filter((line) => line.spaced).length * 2 > separated.length,
    namesOnly: names > 0 && !prose && separated.length + others === 0,
  };
}
