/** What the terminal can show, as far as the environment tells. Nothing is asked of the terminal itself. */
export interface TerminalFacts {
  readonly colors: boolean;
  readonly ascii: boolean;
  /** Colour depth for the drawing library: 0 no styles at all, 1 sixteen colours. */
  readonly depth: 0 | 1;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first of the three that is set counts, as in setlocale(3). */
const hasUtf8 = (env: Environment): boolean => /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');

export function terminalFacts(env: Environment): TerminalFacts {
  const dumb = env['TERM'] === 'dumb' || env['TERM'] === undefined;
  const glyphs = env['MUSTER_GLYPHS'];
  return {
    colors: !dumb && (env['NO_COLOR'] ?? '') === '',
    ascii: glyphs === 'ascii' || (glyphs !== 'unicode' && (dumb || !hasUtf8(env))),
    depth: dumb ? 0 : 1,
  };
}
