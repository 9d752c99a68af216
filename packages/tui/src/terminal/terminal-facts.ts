import type { ColorDepth } from '@muster/sdk/ui';

/** What the terminal can show, as far as the environment tells. Nothing is asked of the terminal itself. */
export interface TerminalFacts {
  readonly colors: boolean;
  readonly ascii: boolean;
  /** True where that was asked for, and not concluded. */
  readonly glyphsAsked: boolean;
  /** Bits of a colour, for pictures. Text keeps to the terminal's own sixteen. */
  readonly depth: ColorDepth;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first of the three that is set counts, as in setlocale(3). */
const hasUtf8 = (env: Environment): boolean => /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');

const MANY_COLORS = /256color|alacritty|direct|foot|ghostty|kitty|wezterm/;

function depthOf({ COLORTERM = '', TERM = '' }: Environment): ColorDepth {
  if (/^(?:truecolor|24bit)$/i.test(COLORTERM) || TERM.includes('direct')) return 24;
  return MANY_COLORS.test(TERM) ? 8 : 4;
}

export function terminalFacts(env: Environment): TerminalFacts {
  const dumb = env['TERM'] === 'dumb' || env['TERM'] === undefined;
  // The console of Linux has room for 512 letters: arrows, circles and round corners are not among them.
  const few = dumb || env['TERM'] === 'linux';
  const glyphs = env['MUSTER_GLYPHS'];
  return {
    colors: !dumb && (env['NO_COLOR'] ?? '') === '',
    ascii: glyphs === 'ascii' || (glyphs !== 'unicode' && (few || !hasUtf8(env))),
    glyphsAsked: glyphs === 'ascii' || glyphs === 'unicode',
    depth: dumb ? 0 : depthOf(env),
  };
}
