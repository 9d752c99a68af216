import { writeSync } from 'node:fs';

// Lines do not wrap: letters wider than they are taken for must not push the rest of the screen down.
const ENTER = '\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l\u001b[?7l\u001b[?2004h';
// Paste mode off, lines wrap, attributes off, the cursor back, the ordinary screen back.
const LEAVE = '\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l';

/** Presses and the wheel, with places in figures of any size. */
const MOUSE_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l';

const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';

export interface PreparedTerminal {
  /** Gives the terminal back as it was. Safe to call more than once, and when the terminal is gone. */
  readonly restore: () => void;
  /**
   * What gives the terminal's screen back, to be sent like a frame: a terminal that takes nothing just now gets it when it does. `restore`
   * then does the rest. Empty when it was given back already.
   */
  readonly farewell: () => string;
  /** Takes it again after `restore`. */
  readonly enter: () => void;
  /** Whether the terminal tells of the mouse, or keeps it for selecting text. */
  readonly setMouse: (on: boolean) => void;
  /** Lines of text for a reader of screens: the ordinary screen stays. */
  readonly linear: boolean;
}

/** Asked for by the variable of the drawing library too, which programs share. */
const wantsLines = ({ MUSTER_SCREEN_READER: own = '', INK_SCREEN_READER: shared = '' }: NodeJS.ProcessEnv): boolean =>
  own === '' ? shared === 'true' || shared === '1' : own !== '0' && own !== 'false';

/**
 * Takes the terminal before anything slow is loaded: until raw mode is on, keys typed ahead would be echoed into the first frame.
 * Restores it at the end of the process, whatever ends it. Imports nothing but Node, so that it can run first.
 */
export function prepareTerminal(stdin = process.stdin, stdout = process.stdout): PreparedTerminal {
  const linear = wantsLines(process.env);
  let taken = false;
  let saidFarewell = false;
  let mouse = false;
  const enter = (): void => {
    if (taken) return;
    taken = true;
    saidFarewell = false;
    stdin.setRawMode(true);
    stdout.write(linear ? PASTE_ON : ENTER + (mouse ? MOUSE_ON : ''));
  };
  const farewell = (): string => {
    if (!taken || saidFarewell) return '';
    saidFarewell = true;
    return linear ? PASTE_OFF : (mouse ? MOUSE_OFF : '') + LEAVE;
  };
  const restore = (): void => {
    if (!taken) return;
    const last = farewell();
    taken = false;
    try {
      stdin.setRawMode(false);
      // Past the stream's queue: at the end of the process nothing would send that any more.
      if (last !== '') writeSync(stdout.fd, last);
    } catch {
      // The terminal is gone, or so full that it takes nothing: there is nobody to restore it for.
    }
  };
  const setMouse = (on: boolean): void => {
    if (mouse === on || linear) return;
    mouse = on;
    if (taken && !saidFarewell) stdout.write(on ? MOUSE_ON : MOUSE_OFF);
  };
  enter();
  process.once('exit', restore);
  // The drawing library looks at this when it is loaded, and takes a terminal in a CI for one without styles. How many colours are used,
  // and whether any are, is decided by the theme.
  if (process.env['TERM'] !== 'dumb') process.env['FORCE_COLOR'] = '3';
  return { restore, farewell, enter, setMouse, linear };
}
