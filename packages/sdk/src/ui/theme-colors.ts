import type { ColorDepth, Look, Tone } from './look.ts';

/** `terminal` takes the sixteen colours of the terminal's own palette, which fit wherever the terminal is readable. */
export const THEME_NAMES = ['terminal', 'dark', 'light', 'contrast', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

type Looks = Readonly<Record<Tone, Look>>;

const TERMINAL: Looks = {
  plain: {},
  accent: { color: 'cyan' },
  good: { color: 'green' },
  busy: { color: 'cyan' },
  warn: { color: 'yellow' },
  ask: { color: 'magenta' },
  bad: { color: 'red' },
  faint: { dimColor: true },
};
const MONO: Looks = {
  plain: {},
  accent: { bold: true },
  good: {},
  busy: {},
  warn: { bold: true },
  ask: { bold: true },
  bad: { bold: true },
  faint: { dimColor: true },
};

type Numbers = Readonly<Record<Exclude<Tone, 'plain'>, number>>;
const indexed = (numbers: Numbers, more: Look = {}): Looks => ({
  plain: more,
  ...(Object.fromEntries(
    Object.entries(numbers).map(([tone, number]) => [tone, { ...more, color: `ansi256(${number})` }]),
  ) as Record<keyof Numbers, Look>),
});

/** By number among the 256: the same on every terminal that has them. Each has a contrast of 4.5 or more to its ground. */
const DARK = indexed({ accent: 117, good: 114, busy: 80, warn: 221, ask: 213, bad: 210, faint: 246 });
const LIGHT = indexed({ accent: 25, good: 22, busy: 24, warn: 94, ask: 90, bad: 124, faint: 241 });

const sixteen = (names: Readonly<Record<Exclude<Tone, 'plain'>, string>>, bold: boolean): Looks => ({
  plain: bold ? { bold } : {},
  ...(Object.fromEntries(Object.entries(names).map(([tone, color]) => [tone, bold ? { color, bold } : { color }])) as Record<
    keyof Numbers,
    Look
  >),
});
const BRIGHT = {
  accent: 'cyanBright',
  good: 'greenBright',
  busy: 'cyanBright',
  warn: 'yellowBright',
  ask: 'magentaBright',
  bad: 'redBright',
  faint: 'white',
} as const;
const DEEP = {
  accent: 'blue',
  good: 'green',
  busy: 'blue',
  warn: 'magenta',
  ask: 'magenta',
  bad: 'red',
  faint: 'blackBright',
} as const;

const LOOKS: Readonly<Record<ThemeName, (depth: ColorDepth) => Looks>> = {
  terminal: () => TERMINAL,
  dark: (depth) => (depth >= 8 ? DARK : sixteen(BRIGHT, false)),
  light: (depth) => (depth >= 8 ? LIGHT : sixteen(DEEP, false)),
  contrast: () => sixteen(BRIGHT, true),
  mono: () => MONO,
};

/** How each tone looks in a theme, with so many bits of colour. */
export const looksOf = (name: ThemeName, depth: ColorDepth): Looks => (depth === 0 ? MONO : LOOKS[name](depth));
