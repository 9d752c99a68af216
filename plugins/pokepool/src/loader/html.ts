import type { Line } from './lines.ts';

const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<(script|style|title|template)\b[\s\S]*?(?:<\/\1\s*>|$)|<\/?([a-z][a-z0-9]*)\b(?:[^>"']|"[^"]*"|'[^']*')*>|<![^>]*>/gi;
const BLOCKS = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section table tbody textarea thead tfoot tr ul'.split(
    ' ',
  ),
);
// U+00A1 to U+00FF, in order.
const LATIN =
  'iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest ' +
  'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const ENTITIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(LATIN.split(' ').map((name, at) => [name, String.fromCharCode(0xa1 + at)])),
  euro: '€',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  rsqb: ']',
  lcub: '{',
  rcub: '}',
  grave: '`',
  Hat: '^',
  verbar: '|',
  bsol: '\\',
  dash: '‐',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  comma: ',',
  semi: ';',
  commat: '@',
  num: '#',
  excl: '!',
  dollar: '$',
  percnt: '%',
  lowbar: '_',
  period: '.',
  sol: '/',
  equals: '=',
  plus: '+',
  quest: '?',
  ast: '*',
  hyphen: '-',
  Tab: '\t',
  NewLine: '\n',
  zwnj: '',
  shy: '',
};

const BEGINS =
  /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|main|section|article|table|tr|td|div|p|br|dl|ul|ol|pre|meta|style|span|font|center|a|b|i|em|strong|h[1-6])\b/i;

/** Does a text begin as a page, or its first line end as one of a page? */
export const looksLikeHtml = (text: string): boolean => {
  const start = text.trimStart();
  return BEGINS.test(start) || /^[^<>]+<br\s*\/?>\s*$/i.test(start.split('\n', 1)[0] ?? '');
};

/**
 * The text of a page as lines, each with the number of the line it begins on. Cells of a table are set apart by tabs, so
 * that its rows read like any list.
 */
export function htmlLines(source: readonly Line[]): Line[] {
  const page = source.map(({ text }) => text ?? '').join('\n');
  const lines: Line[] = [];
  let row = 0;
  let text = '';
  let start: number | undefined;
  let preformatted = false;
  let linesInCell = 0;

  const flush = (): void => {
    const whole = text
      .replace(/[ \u00a0]+/g, ' ')
      .replace(/ ?\t ?/g, '\t')
      .trim();
    if (whole !== '') lines.push({ number: source[start ?? row]?.number ?? 0, text: whole });
    text = '';
    start = undefined;
  };
  const write = (raw: string): void => {
    for (const [index, piece] of raw.split('\n').entries()) {
      if (index > 0) {
        row++;
        if (preformatted) flush();
        else text += ' ';
      }
      const plain = decodeEntities(preformatted ? piece : piece.replace(/\s+/g, ' '));
      if (start === undefined && plain.trim() !== '') start = row;
      text += plain;
    }
  };

  let from = 0;
  for (const match of page.matchAll(TOKEN)) {
    write(page.slice(from, match.index));
    from = match.index + match[0].length;
    const tag = match[2]?.toLowerCase();
    // A term and what is said of it, as `Username` and the name itself.
    const ends = match[0].startsWith('</');
    if (tag === 'dt' && ends && text.trim() !== '') text = `${text.trimEnd().replace(/\s*:$/, '')}: `;
    else if (tag === 'td' || tag === 'th') {
      if (!ends) linesInCell = 0;
      // What stands in lines of its own is no part of its row.
      else if (linesInCell > 0) flush();
      else text += '\t';
    } else if (tag && BLOCKS.has(tag) && !(tag === 'dd' && !ends && /:\s*$/.test(text))) {
      if (text.trim() !== '') linesInCell++;
      flush();
      if (tag === 'pre' || tag === 'textarea') preformatted = !ends;
    }
    row += match[0].split('\n').length - 1;
  }
  write(page.slice(from));
  flush();
  return lines;
}

const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(
        /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,7}));/gi,
        (whole, decimal: string, hex: string, name: string) => {
          if (name) return ENTITIES[name] ?? ENTITIES[name.toLowerCase()] ?? whole;
          const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
          return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
        },
      )
    : text;
