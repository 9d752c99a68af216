import stringWidth from 'string-width';
import { safeText } from '../safe-text.ts';

/** ASCII, and the signs that the screens are made of: each is one column on every terminal and joins with nothing. */
const PLAIN = /^[\x20-\x7e\u00b7\u00d7\u2014\u2026\u2190-\u2193\u2500-\u259f\u25cb\u25cf\u25c6\u25be\u2713\u276f]*$/;
// Marks whose drawn width differs from terminal to terminal: variation selectors, skin tones, the keycap ring.
// oxlint-disable-next-line no-misleading-character-class -- each is meant by itself
const UNSTEADY = /[\ufe00-\ufe0f\u20e3\u{1f3fb}-\u{1f3ff}]/gu;
const FLAG_LETTER = /[\u{1f1e6}-\u{1f1ff}]/gu;
// More than four marks on one letter paint over the lines around it.
const PILE = /(\p{M}{4})\p{M}+/gu;

let segmenter: Intl.Segmenter | undefined;
const graphemes = (text: string): Iterable<{ readonly segment: string }> =>
  (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })).segment(text);

const SPACING_MARK = /\p{Mc}/u;
/** Letters that some terminals draw as one and others side by side, such as those of Indian scripts. */
const JOINED = /[\p{L}\p{M}]\p{M}[\p{L}\p{M}]|\p{Mc}/u;

/** The columns that a terminal needs which puts each letter beside the one before. */
function widest(cluster: string): number {
  let sum = 0;
  for (const point of cluster) sum += SPACING_MARK.test(point) ? 1 : stringWidth(point);
  return sum;
}

/** Columns that the last word lacks on the terminal that needs most for it. */
function lackOf(text: string): number {
  const word = /[^ -~]+$/.exec(text)?.[0] ?? '';
  let lack = 0;
  for (const { segment } of graphemes(word)) lack += Math.max(0, widest(segment) - stringWidth(segment));
  return lack;
}

/** Spaces after words whose width terminals disagree about, so that there is room for the widest. Those that stand there count. */
function withRoom(text: string): string {
  if (!JOINED.test(text)) return text;
  let kept = '';
  for (const [word] of text.matchAll(/[^ -~]+|[ -~]+/g)) {
    const spaces = word.length - word.trimStart().length;
    kept += ' '.repeat(Math.max(0, lackOf(kept) - spaces)) + word;
  }
  return kept + ' '.repeat(lackOf(kept));
}

/** What is for private use alone, and stands for pictures here. */
const PRIVATE_PLANE = /[\u{100000}-\u{10ffff}]/gu;

/** Text from anywhere as one line that every terminal draws with the same width: safe, and without marks of unsteady width. */
export function drawable(text: string): string {
  if (PLAIN.test(text)) return text;
  return withRoom(
    safeText(text)
      .replace(PRIVATE_PLANE, '\ufffd')
      .replace(UNSTEADY, '')
      .replace(FLAG_LETTER, (letter) => String.fromCodePoint((letter.codePointAt(0) as number) - 0x1f1e6 + 65))
      .replace(PILE, '$1'),
  );
}

/** Columns that drawable text takes. */
export const textWidth = (text: string): number => (PLAIN.test(text) ? text.length : stringWidth(text));

/** At most `width` columns of drawable text, cut with `ellipsis` where it does not fit. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room <= 0) return ellipsis.slice(0, width);
  if (PLAIN.test(text)) return text.slice(0, room) + ellipsis;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    const step = textWidth(segment);
    if (used + step > room) break;
    kept += segment;
    used += step;
  }
  return kept + ellipsis;
}

const MAIL_ADDRESS = /^([^\s@]+@)[^\s@/]+$/;

/**
 * As `cut`, but what goes is the middle: names that begin alike differ at their ends. Mail addresses differ before their domain,
 * so of them the domain goes first.
 */
export function cutMiddle(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const [, local] = MAIL_ADDRESS.exec(text) ?? [];
  if (local !== undefined) return textWidth(local) < width ? cut(text, width, ellipsis) : cutMiddle(local, width, ellipsis);
  const room = width - textWidth(ellipsis);
  if (room < 2) return cut(text, width, ellipsis);
  const head = cut(text, room >> 1, '');
  const parts = splitGraphemes(text);
  let tail = '';
  while (parts.length > 0) {
    const longer = parts.pop() + tail;
    if (textWidth(longer) > room - textWidth(head)) break;
    tail = longer;
  }
  return head + ellipsis + tail;
}

/** Exactly `width` columns: cut, or filled with spaces. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const kept = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(kept)));
  return align === 'left' ? kept + space : space + kept;
}

/** Text broken into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of drawable(paragraph).split(' ')) {
      let rest = word;
      if (line !== '' && textWidth(line) + 1 + textWidth(rest) > width) {
        lines.push(line);
        line = '';
      }
      while (textWidth(rest) > width) {
        const head = cut(rest, width, '');
        if (head === '') break;
        lines.push(head);
        rest = rest.slice(head.length);
      }
      line = line === '' ? rest : `${line} ${rest}`;
    }
    lines.push(line);
  }
  return lines;
}

/** The graphemes of a text, as an editor steps over them. */
export const splitGraphemes = (text: string): string[] =>
  PLAIN.test(text) ? Array.from(text) : Array.from(graphemes(text), ({ segment }) => segment);
