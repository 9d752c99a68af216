import { type BorderName, createTheme, THEME_NAMES, type Theme, type ThemeName } from '@muster/sdk/ui';
import type { TerminalFacts } from '../terminal/terminal-facts.ts';

/** What an operator chooses of how the screen looks and acts; kept on this machine, for all data directories. */
export interface Look {
  readonly theme: ThemeName;
  /** `auto` goes by the locale and TERM. */
  readonly glyphs: 'auto' | 'unicode' | 'ascii';
  readonly borders: BorderName;
  readonly mouse: 'off' | 'on';
  /** Rings once for each new question. */
  readonly bell: 'on' | 'off';
}

/** What can be chosen for each, in the order of the settings. */
export const LOOK_CHOICES: { readonly [Name in keyof Look]: readonly Look[Name][] } = {
  theme: THEME_NAMES,
  glyphs: ['auto', 'unicode', 'ascii'],
  borders: ['round', 'square'],
  mouse: ['off', 'on'],
  bell: ['on', 'off'],
};
export type LookName = keyof Look;
export const LOOK_NAMES = Object.keys(LOOK_CHOICES) as readonly LookName[];

export const DEFAULT_LOOK: Look = { theme: 'terminal', glyphs: 'auto', borders: 'round', mouse: 'off', bell: 'on' };

/** What of `value` is a choice; the default for the rest. */
export function lookFrom(value: unknown): Look {
  if (typeof value !== 'object' || value === null) return DEFAULT_LOOK;
  const given = value as Readonly<Record<string, unknown>>;
  const pick = <Name extends LookName>(name: Name): Look[Name] => {
    const choices: readonly Look[Name][] = LOOK_CHOICES[name];
    return choices.find((choice) => choice === given[name]) ?? DEFAULT_LOOK[name];
  };
  const [theme, glyphs, borders] = [pick('theme'), pick('glyphs'), pick('borders')];
  return { theme, glyphs, borders, mouse: pick('mouse'), bell: pick('bell') };
}

/** Colours that the terminal does not have, and glyphs that it was told not to draw, are not chosen into being. */
export function themeOf(look: Look, facts: TerminalFacts): Theme {
  const ascii = facts.glyphsAsked || look.glyphs === 'auto' ? facts.ascii : look.glyphs === 'ascii';
  return createTheme({ colors: facts.colors, depth: facts.depth, ascii, name: look.theme, borders: look.borders });
}
