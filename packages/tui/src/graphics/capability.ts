/** How a terminal takes pictures, and how many pixels a cell has where that matters. */
export type Capability =
  | { readonly protocol: 'kitty' }
  | { readonly protocol: 'iterm' }
  | { readonly protocol: 'sixel'; readonly cell: { readonly width: number; readonly height: number } };

/** Terminals that are known to swallow what they do not understand. */
const MAY_BE_ASKED = /^(?:alacritty|contour|foot|ghostty|konsole|mlterm|rio|screen|tmux|wezterm|xterm)/;

/** Draw nothing and ask for nothing but one pixel, the name, the size of a cell and, last, what every terminal answers. */
export const QUESTIONS = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[>0q\u001b[16t\u001b[c';

export const mayAsk = ({ TERM = '' }: Readonly<Record<string, string | undefined>>): boolean => MAY_BE_ASKED.test(TERM);

/** The last of the answers: those to the questions before it come before it, or never. */
export const isLastAnswer = (reply: string): boolean => reply.startsWith('\u001b[?') && reply.endsWith('c');

/** What the answers say; undefined when the terminal draws no pictures. */
export function capabilityOf(replies: readonly string[]): Capability | undefined {
  if (replies.some((reply) => reply.startsWith('\u001b_Gi=31;OK'))) return { protocol: 'kitty' };
  if (replies.some((reply) => reply.startsWith('\u001bP>|') && /iTerm2|WezTerm/.test(reply))) return { protocol: 'iterm' };
  const attributes = replies.find(isLastAnswer)?.slice(3, -1).split(';') ?? [];
  const size = replies.map((reply) => reply.split(';')).find(([first, , last]) => first === '\u001b[6' && last?.endsWith('t'));
  const [width, height] = [Number.parseInt(size?.[2] ?? '', 10), Number.parseInt(size?.[1] ?? '', 10)];
  // Without the size of a cell nobody knows how many rows a picture would cover.
  return attributes.includes('4') && width > 0 && height > 0 && width < 200 && height < 200
    ? { protocol: 'sixel', cell: { width, height } }
    : undefined;
}
