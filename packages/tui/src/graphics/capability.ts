interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a terminal takes pictures, and how many pixels a cell has where that matters. */
export type Capability =
  | { readonly protocol: 'kitty' }
  | { readonly protocol: 'iterm' }
  | { readonly protocol: 'sixel'; readonly cell: Size };

/* eslint-disable no-control-regex -- terminals speak in control characters */
const CELL = /^\u001b\[6;(\d+);(\d+)t$/;
const AREA = /^\u001b\[\?2;0;(\d+);(\d+)S$/;
/* eslint-enable no-control-regex */

/** Terminals that are known to swallow what they do not understand. */
const MAY_BE_ASKED = /^(?:alacritty|contour|foot|ghostty|konsole|mlterm|rio|screen|tmux|wezterm|xterm)/;

/** Draw nothing and ask for nothing but one pixel, the name, the size of a cell, of all cells and, last, what every terminal answers. */
export const QUESTIONS = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[>0q\u001b[16t\u001b[?2;1;0S\u001b[c';

export const mayAsk = ({ TERM = '' }: Readonly<Record<string, string | undefined>>): boolean => MAY_BE_ASKED.test(TERM);

/** The last of the answers: those to the questions before it come before it, or never. */
export const isLastAnswer = (reply: string): boolean => reply.startsWith('\u001b[?') && reply.endsWith('c');

/** Pixels of a cell. xterm tells no size of a cell, but how much of it takes pictures: all of it, or as much as it is set to take. */
function cellOf(replies: readonly string[], columns: Size): Size | undefined {
  const numbers = (pattern: RegExp): readonly number[] | undefined =>
    replies.map((reply) => pattern.exec(reply)?.slice(1).map(Number)).find((found) => found !== undefined);
  const [height, width] = numbers(CELL) ?? [];
  const [wide = 0, high = 0] = numbers(AREA) ?? [];
  const cell = {
    width: width ?? Math.floor(wide / columns.width),
    height: height ?? Math.floor(high / columns.height),
  };
  return Object.values(cell).every((pixels) => pixels > 0 && pixels < 200) ? cell : undefined;
}

/** What the answers say of a terminal of so many columns and rows; undefined when it draws no pictures. */
export function capabilityOf(replies: readonly string[], columns: Size): Capability | undefined {
  if (replies.some((reply) => reply.startsWith('\u001b_Gi=31;OK'))) return { protocol: 'kitty' };
  if (replies.some((reply) => reply.startsWith('\u001bP>|') && /iTerm2|WezTerm/.test(reply))) return { protocol: 'iterm' };
  const attributes = replies.find(isLastAnswer)?.slice(3, -1).split(';') ?? [];
  // Without the size of a cell nobody knows how many rows a picture would cover.
  const cell = cellOf(replies, columns);
  return attributes.includes('4') && cell ? { protocol: 'sixel', cell } : undefined;
}
