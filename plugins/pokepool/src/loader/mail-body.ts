import type { Line } from './lines.ts';
import { utf16Of, windows1252 } from './text.ts';

/** Undoes a transfer encoding. Lines keep the number of the raw line on which they begin. */
export function decodeBody(
  lines: readonly Line[],
  { encoding, charset }: { readonly encoding: string; readonly charset: string | undefined },
): Line[] {
  if (encoding === 'quoted-printable') return quotedPrintable(lines, charset);
  if (encoding === 'base64') return base64(lines, charset);
  return [...lines];
}

function quotedPrintable(lines: readonly Line[], charset: string | undefined): Line[] {
  const decoded: Line[] = [];
  let text = '';
  let start: number | undefined;
  for (const { number, text: raw } of lines) {
    start ??= number;
    const line = (raw ?? '').trimEnd();
    // A `=` at the end is a soft break: the line goes on.
    if (line.endsWith('=')) {
      text += line.slice(0, -1);
      continue;
    }
    decoded.push({ number: start, text: unescape(text + line, charset) });
    text = '';
    start = undefined;
  }
  if (start !== undefined) decoded.push({ number: start, text: unescape(text, charset) });
  return decoded;
}

function unescape(text: string, charset: string | undefined): string {
  if (!text.includes('=')) return text;
  return text.replace(/(?:=[0-9a-f]{2})+/gi, (escaped) => bytesToText(Buffer.from(escaped.replaceAll('=', ''), 'hex'), charset));
}

function base64(lines: readonly Line[], charset: string | undefined): Line[] {
  const first = lines.find(({ text }) => (text ?? '') !== '');
  if (!first) return [];
  const perLine = Math.max(3, Math.floor(((first.text ?? '').length * 3) / 4));
  const bytes = Buffer.from(lines.map(({ text }) => text ?? '').join(''), 'base64');
  let offset = 0;
  // An attached file says by its first bytes what it is.
  return bytesToText(bytes, utf16Of(bytes) ?? charset)
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((text) => {
      const number = first.number + Math.floor(offset / perLine);
      offset += Buffer.byteLength(text) + 1;
      return { number, text };
    });
}

function bytesToText(bytes: Buffer, charset: string | undefined): string {
  for (const label of [charset, 'utf-8']) {
    try {
      if (label) return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  return windows1252(bytes);
}
