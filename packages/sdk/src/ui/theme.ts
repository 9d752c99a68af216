import { createContext, useContext } from 'react';
import { type Border, borderOf, type BorderName } from './borders.ts';
import type { ColorDepth, Look, Tone } from './look.ts';
import { looksOf, type ThemeName } from './theme-colors.ts';
import type { AccountState } from '../account.ts';

export interface Theme {
  readonly ascii: boolean;
  readonly colors: boolean;
  /** For pictures; 0 without colours. */
  readonly depth: ColorDepth;
  readonly look: (tone: Tone) => Look;
  /** Muster's own signs and, in ASCII mode, any other text, in characters the terminal can draw. */
  readonly draw: (text: string) => string;
  readonly border: Border;
}

/** One cell each, so that a line keeps its width. */
const SIGNS: Record<string, string> = {
  '●': '*',
  '◆': '>',
  '○': '~',
  '×': 'x',
  '❯': '>',
  '✓': 'v',
  '·': '.',
  '…': '~',
  '—': '-',
  '–': '-',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '⏎': '>',
  '█': '#',
  '▏': '_',
  '░': '.',
  '▁': '_',
  '▂': '_',
  '▃': '-',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '│': '|',
  '─': '-',
  '•': '*',
  '▾': 'v',
  '└': '+',
  '┘': '+',
  '┼': '+',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};

const ASCII = /^[\x20-\x7e]*$/;
const BEYOND_ASCII = /[^\x20-\x7e]/gu;
// Letters with their accents taken off come first: a name stays readable.
const toAscii = (text: string): string =>
  ASCII.test(text)
    ? text
    : text
        .replace(BEYOND_ASCII, (sign) => SIGNS[sign] ?? sign)
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(BEYOND_ASCII, '?');

export interface ThemeOptions {
  readonly colors: boolean;
  readonly ascii: boolean;
  /** Default: the sixteen colours that every terminal with colours has. */
  readonly depth?: ColorDepth;
  /** Default: the terminal's own colours. */
  readonly name?: ThemeName;
  readonly borders?: BorderName;
}

export function createTheme({ colors, ascii, depth = 4, name = 'terminal', borders = 'round' }: ThemeOptions): Theme {
  const shown = colors && name !== 'mono' ? depth : 0;
  const looks = looksOf(name, shown);
  return {
    ascii,
    colors: shown > 0,
    depth: shown,
    look: (tone) => looks[tone],
    draw: ascii ? toAscii : (text) => text,
    border: borderOf(ascii ? 'ascii' : borders),
  };
}

export const ThemeContext = createContext<Theme>(createTheme({ colors: true, ascii: false }));
export const useTheme = (): Theme => useContext(ThemeContext);

export interface StateLook {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** The seven states: always sign, word and colour. */
export const STATE_LOOKS: Record<AccountState, StateLook> = {
  ready: { sign: '●', word: 'ready', tone: 'good' },
  busy: { sign: '◆', word: 'busy', tone: 'busy' },
  cooling: { sign: '○', word: 'cooling', tone: 'warn' },
  'needs-you': { sign: '?', word: 'needs you', tone: 'ask' },
  paused: { sign: '=', word: 'paused', tone: 'faint' },
  failed: { sign: '×', word: 'failed', tone: 'bad' },
  retired: { sign: '-', word: 'retired', tone: 'faint' },
};
