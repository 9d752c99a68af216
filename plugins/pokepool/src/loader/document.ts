import { createFindings, type Findings } from './findings.ts';
import { htmlLines } from './html.ts';
import { createLineSplitter, type Line } from './lines.ts';
import { createListReader } from './list.ts';
import { mailParts, type MailPart } from './mail.ts';
import type { TextReader } from './text-reader.ts';

/** A mail or a page is read whole; larger ones are refused. A mailbox may hold any number of mails. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** What a line costs beside its characters, so that short lines are no way around the bound. */
const LINE_COST = 48;

const readList = (lines: readonly Line[], findings: Findings): void => {
  const reader = createListReader(lines.slice(0, 5_000), findings);
  reader.read(lines);
  reader.end();
};

/** A page of HTML. */
export function createHtmlReader(findings: Findings): TextReader {
  return wholeReader({ format: 'html', findings, read: (lines) => readList(htmlLines(lines), findings) });
}

/** A mail as it came over the wire, or a mailbox of them. */
export function createMailReader(findings: Findings): TextReader {
  return wholeReader({
    format: 'eml',
    findings,
    startsNext: (line, before) => before === '' && /^From \S+ .*\d{4}/.test(line),
    read(lines) {
      for (const part of mailParts(lines)) {
        if (!('kind' in part)) readAlternative(part, findings);
        else if (part.kind === 'skipped') findings.warning('attachment-skipped', part.lines[0]?.number);
        else readPart(part, findings);
      }
    },
  });
}

const readPart = ({ kind, lines }: MailPart, findings: Findings): void =>
  readList(kind === 'html' ? htmlLines(lines) : lines, findings);

/** The first way of saying it that has accounts in it; mails for people often have an empty plain part. */
function readAlternative(parts: readonly MailPart[], findings: Findings): void {
  const readable = parts.filter(({ kind }) => kind !== 'skipped');
  const chosen = readable.find((part) => {
    const trial = createFindings();
    readPart(part, trial);
    return trial.take().some(({ kind }) => kind === 'account');
  });
  const part = chosen ?? readable[0];
  if (part) readPart(part, findings);
}

interface Whole {
  readonly format: string;
  readonly findings: Findings;
  readonly read: (lines: readonly Line[]) => void;
  /** Does another document start with this line? */
  readonly startsNext?: (line: string, before: string) => boolean;
}

function wholeReader({ format, findings, read, startsNext }: Whole): TextReader {
  const splitter = createLineSplitter(1024 * 1024);
  let lines: Line[] = [];
  let characters = 0;
  let tooLarge = false;

  const finish = (): void => {
    if (tooLarge) findings.rejected(lines[0]?.number ?? 1, 'document-too-large');
    else if (lines.length > 0) read(lines);
    lines = [];
    characters = 0;
    tooLarge = false;
  };
  const add = (line: Line): void => {
    if (startsNext && lines.length > 0 && startsNext(line.text ?? '', lines.at(-1)?.text ?? '')) finish();
    // In a mail or a page of one long line there may be accounts: it is not passed over without a word.
    if (line.text === undefined) findings.rejected(line.number, 'line-too-long');
    characters += (line.text?.length ?? 0) + LINE_COST;
    if (characters > MAX_CHARACTERS) {
      tooLarge = true;
      lines = lines.slice(0, 1);
    }
    if (!tooLarge || lines.length === 0) lines.push(line);
  };

  return {
    push: (piece) => splitter.push(piece).forEach(add),
    end() {
      splitter.end().forEach(add);
      finish();
    },
    format: () => format,
  };
}
