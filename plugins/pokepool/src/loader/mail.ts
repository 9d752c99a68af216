import type { Line } from './lines.ts';
import { decodeBody } from './mail-body.ts';

const KNOWN =
  /^(?:from|to|cc|bcc|subject|date|sender|reply-to|mime-version|content-[a-z-]+|received|return-path|delivered-to|message-id|x-[\w-]+|dkim-signature|authentication-results|arc-[\w-]+|list-[\w-]+|user-agent|in-reply-to|references|importance|priority|precedence|auto-submitted|feedback-id)$/i;
const FIELD = /^([A-Za-z][A-Za-z0-9-]*):(?:\s|$)/;
const MAX_DEPTH = 20;

/** Does a text begin with the headers of a mail (or the `From ` line of a mailbox and then headers)? */
export function looksLikeMail(text: string): boolean {
  const lines = text.trimStart().split(/\r\n|\n|\r/, 200);
  if (/^From \S+ .*\d{4}/.test(lines[0] ?? '')) lines.shift();
  let known = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') break;
    if (index > 0 && /^[ \t]/.test(line)) continue;
    const name = FIELD.exec(line)?.[1];
    if (name === undefined) return false;
    if (KNOWN.test(name)) known++;
  }
  return known >= 2;
}

/** A piece of a mail that may hold accounts. */
export interface MailPart {
  readonly kind: 'text' | 'html' | 'skipped';
  readonly lines: readonly Line[];
}

/**
 * The readable parts of a mail, in order, their encodings undone; line numbers are those of the raw mail. Of two ways to
 * say the same (multipart/alternative) both are given, in one list, for the reader to choose from.
 */
export function mailParts(lines: readonly Line[], depth = 0): (MailPart | readonly MailPart[])[] {
  let start = 0;
  while (start < lines.length && (lines[start]?.text ?? '') === '') start++;
  if (/^From \S+ .*\d{4}/.test(lines[start]?.text ?? '')) start++;
  const { fields, body } = readFields(lines, start);
  const { type, parameters } = readContentType(fields.get('content-type') ?? 'text/plain');
  const boundary = parameters.get('boundary');

  if (type.startsWith('multipart/') && boundary !== undefined && depth < MAX_DEPTH) {
    const parts = splitParts(lines.slice(body), boundary).flatMap((part) => mailParts(part, depth + 1));
    return type === 'multipart/alternative' ? [parts.flat()] : parts;
  }
  const encoding = (fields.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase();
  const decoded = () => decodeBody(lines.slice(body), { encoding, charset: parameters.get('charset') });
  if (type === 'message/rfc822' && depth < MAX_DEPTH) return mailParts(decoded(), depth + 1);
  if (type === 'text/html') return [{ kind: 'html', lines: decoded() }];
  const name = /name\*?=(?:"([^"]*)"|([^;\s]*))/i.exec(fields.get('content-disposition') ?? '');
  const file = name?.[1] ?? name?.[2] ?? parameters.get('name') ?? '';
  if (type.startsWith('text/') || type === 'application/json' || /\.(?:txt|csv|tsv|log|json|jsonl)$/i.test(file))
    return [{ kind: 'text', lines: decoded() }];
  return [{ kind: 'skipped', lines: lines.slice(body, body + 1) }];
}

function readFields(lines: readonly Line[], from: number): { readonly fields: Map<string, string>; readonly body: number } {
  const fields = new Map<string, string>();
  let name: string | undefined;
  let at = from;
  for (; at < lines.length; at++) {
    const text = lines[at]?.text ?? '';
    if (text === '') return { fields, body: at + 1 };
    const folded = /^[ \t]/.test(text) && name !== undefined;
    if (folded) fields.set(name as string, `${fields.get(name as string)} ${text.trim()}`);
    else {
      const match = FIELD.exec(text);
      // A part without headers starts with its text.
      if (!match) break;
      name = (match[1] as string).toLowerCase();
      if (!fields.has(name)) fields.set(name, text.slice(match[0].length - (/\s$/.test(match[0]) ? 1 : 0)).trim());
    }
  }
  return { fields, body: at };
}

function readContentType(value: string): { readonly type: string; readonly parameters: Map<string, string> } {
  const [type = '', ...rest] = value.split(';');
  const parameters = new Map<string, string>();
  for (const [, name, quoted, plain] of rest.join(';').matchAll(/([\w*-]+)\s*=\s*(?:"([^"]*)"|([^;\s]+))/g)) {
    parameters.set((name as string).toLowerCase(), quoted ?? plain ?? '');
  }
  return { type: type.trim().toLowerCase(), parameters };
}

function splitParts(lines: readonly Line[], boundary: string): Line[][] {
  const parts: Line[][] = [];
  for (const line of lines) {
    const text = (line.text ?? '').trimEnd();
    if (text === `--${boundary}--`) break;
    if (text === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}
