import { type Spans, spansWidth } from '@muster/sdk/ui';
import type { Screen } from '../screens/screen.ts';
import type { Shell } from '../shell.ts';
import { type Command, isActive, showKey } from './command.ts';

export type Hint = readonly [key: string, does: string];

export const HELP_HINT: Hint = ['?', 'help'];

const footerHints = (commands: readonly Command[]): Hint[] =>
  commands.flatMap((command) =>
    command.short !== undefined && isActive(command) ? [[command.keys[0] as string, command.short] as const] : [],
  );

/** The keys that matter now: of the dialog in front, of what is being typed, or of the screen. */
export const hintsNow = (shell: Shell, screen: Screen, commands: readonly Command[]): readonly Hint[] =>
  shell.overlays.top()?.hints() ?? screen.hints?.() ?? footerHints(commands);

export const hintSpans = ([key, does]: Hint): Spans => [{ text: ` ${showKey(key)}`, tone: 'accent', bold: true }, ` ${does} `];

/** Columns of the key bar before the help at its end. */
export const hintRoom = (width: number): number => width - spansWidth(hintSpans(HELP_HINT)) - 1;

/** The first of them that fit; none is cut in its middle. */
export function fitHints(hints: readonly Hint[], room: number): readonly Hint[] {
  let used = 0;
  const end = hints.findIndex((hint) => {
    used += spansWidth(hintSpans(hint));
    return used > room;
  });
  return end < 0 ? hints : hints.slice(0, end);
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
