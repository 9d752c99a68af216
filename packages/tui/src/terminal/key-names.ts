import { type Key, type Mouse, named, typed } from './key.ts';

const LETTERS: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  I: 'focus-in',
  O: 'focus-out',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
  M: 'enter',
};
const NUMBERS: Record<string, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pgup',
  6: 'pgdn',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const CONTROLS: Record<number, string> = {
  0: 'ctrl-space',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'esc',
  127: 'backspace',
};

/** The key of a C0 control character or DEL. */
export function controlKey(code: number): Key {
  const name = CONTROLS[code];
  if (name !== undefined) return named(name);
  return named(`ctrl-${String.fromCharCode(code + (code < 27 ? 96 : 64)).toLowerCase()}`);
}

/** xterm's modifier number: 1 + shift 1 + alt 2 + ctrl 4. */
function modified(name: string, modifier: string | undefined): string {
  const bits = Math.max(0, Number(modifier?.split(':')[0] ?? 1) - 1);
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}${name}`;
}

/** `CSI code ; modifier u` of the kitty protocol, and xterm's `CSI 27 ; modifier ; code ~`. */
function codeKey(code: string, modifier: string | undefined): Key {
  const point = Number(code.split(':')[0]);
  if (!Number.isInteger(point) || point < 0 || point > 0x10ffff) return named('unknown');
  const bits = Math.max(0, Number(modifier?.split(':')[0] ?? 1) - 1);
  const plain = point < 32 || point === 127 ? controlKey(point) : typed(String.fromCodePoint(point));
  return (bits & ~1) === 0 ? plain : named(modified(plain.name, modifier));
}

const BUTTONS: Readonly<Record<number, Mouse['does']>> = { 0: 'press', 64: 'wheel-up', 65: 'wheel-down' };

/** `CSI < button ; column ; row M`: the left button and the wheel; all else, and letting go, does nothing. */
function mouseKey(sequence: string): Key {
  const [button = -1, column = 0, row = 0] = sequence.slice(3, -1).split(';').map(Number);
  const does = sequence.endsWith('M') ? BUTTONS[button] : undefined;
  if (does === undefined || !(column > 0) || !(row > 0)) return named('mouse');
  return { name: 'mouse', text: '', mouse: { does, column: column - 1, row: row - 1 } };
}

/** The key of a whole escape sequence. Replies of the terminal, and keys without a name here, are `unknown`. */
export function sequenceKey(sequence: string): Key {
  if (sequence.startsWith('\u001b[[')) return named(`f${sequence.charCodeAt(3) - 64}`);
  if (sequence.startsWith('\u001b[<')) return mouseKey(sequence);
  if (sequence.startsWith('\u001b[M')) return named('mouse');
  const kind = sequence[1];
  if (kind !== '[' && kind !== 'O') return { ...named('unknown'), reply: sequence };
  const final = sequence.at(-1) as string;
  const parameters = sequence.slice(2, -1).split(';');
  if (parameters[0]?.startsWith('?') || parameters[0]?.startsWith('>') || final === 't')
    return { ...named('unknown'), reply: sequence };
  if (final === 'u') return codeKey(parameters[0] ?? '', parameters[1]);
  if (final === '~') {
    if (parameters[0] === '27') return codeKey(parameters[2] ?? '', parameters[1]);
    const name = NUMBERS[parameters[0] ?? ''];
    return named(name === undefined ? 'unknown' : modified(name, parameters[1]));
  }
  const name = LETTERS[final];
  // A cursor report ends like F3 does, but carries a row.
  if (name === undefined || (final === 'R' && parameters[0] !== '' && parameters[0] !== '1')) return named('unknown');
  return named(modified(name, parameters[1]));
}
