/** What a piece of text means; the theme decides how it looks. Nothing is told by colour alone. */
export type Tone = 'plain' | 'accent' | 'good' | 'busy' | 'warn' | 'ask' | 'bad' | 'faint';

export interface Look {
  readonly color?: string;
  readonly dimColor?: boolean;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

/** Bits of a colour that the terminal can show: none, its own sixteen, 256, or all. */
export type ColorDepth = 0 | 4 | 8 | 24;
