import { type Spans, spansWidth } from '@muster/sdk/ui';
import type { Screen } from '../screens/screen.ts';
import type { Shell } from '../shell.ts';
import { type Command, isActive, showKey } from './command.ts';

export type Hint = readonly [key: string, does: string];

export const HELP_HINT: Hint = ['?', 'help'];
const PALETTE_KEY = ':';

/** What cannot run now is left out: help and palette say why. */
const footerHints = (commands: readonly Command[]): Hint[] =>
  commands.flatMap((command) =>
    command.short !== undefined && isActive(command) && command.disabledReason?.() === undefined
      ? [[command.keys[0] as string, command.short] as const]
      : [],
  );

/** The keys that matter now: of the dialog in front, of what is being typed, or of the screen. */
export const hintsNow = (shell: Shell, screen: Screen, commands: readonly Command[]): readonly Hint[] =>
  shell.overlays.top()?.hints() ?? screen.hints?.() ?? footerHints(commands);

export const hintSpans = ([key, does]: Hint): Spans => [{ text: ` ${showKey(key)}`, tone: 'accent', bold: true }, ` ${does} `];

/** Columns of the key bar before the help at its end. */
export const hintRoom = (width: number): number => width - spansWidth(hintSpans(HELP_HINT)) - 1;

/** The first of them that fit; none is cut in its middle. The way to all commands stays, however many there are. */
export function fitHints(hints: readonly Hint[], room: number): readonly Hint[] {
  const widthOf = (some: readonly Hint[]): number => some.reduce((sum, hint) => sum + spansWidth(hintSpans(hint)), 0);
  if (widthOf(hints) <= room) return hints;
  const last = hints.filter(([key]) => key === PALETTE_KEY);
  let left = room - widthOf(last);
  const others = hints.filter((hint) => !last.includes(hint));
  const end = others.findIndex((hint) => (left -= widthOf([hint])) < 0);
  return [...others.slice(0, end < 0 ? others.length : end), ...last];
}

/** The hint that is drawn in a column of a bar of `width`. */
export function hintAt(hints: readonly Hint[], width: number, column: number): Hint | undefined {
  if (column > hintRoom(width)) return HELP_HINT;
  let from = 0;
  return fitHints(hints, hintRoom(width)).find((hint) => {
    const start = from;
    from += spansWidth(hintSpans(hint));
    return column >= start && column < from;
  });
}
