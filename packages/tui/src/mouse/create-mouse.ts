import { tabAt } from '@muster/sdk/ui';
import type { Command } from '../keys/command.ts';
import { hintAt, hintsNow } from '../keys/hints.ts';
import { tabsNow } from '../parts/chrome.tsx';
import type { Screen } from '../screens/screen.ts';
import type { Shell } from '../shell.ts';
import { type Key, type Mouse, named, typed } from '../terminal/key.ts';
import { type Cells, pointerRow } from './pointer.ts';

/** Rows that one step of the wheel moves. */
const WHEEL_ROWS = 3;
const TAB_ROW = 1;
/** A frame is on the screen within this, or the key changed nothing. */
const PAINTED_MS = 150;
const LOOK_MS = 8;
/** Steps that are taken towards a row at most, where rows are of several lines. */
const MOST_STEPS = 6;

export interface MouseOptions {
  readonly shell: Shell;
  readonly screen: () => Screen;
  readonly commands: () => readonly Command[];
  readonly press: (key: Key) => void;
  readonly shown: () => Cells;
}

const isOneKey = (key: string): boolean => /^(?:[!-~]|[a-z]+(?:-[a-z])?)$/.test(key);

/**
 * The mouse as keys: whatever it does, a key does too. The wheel moves the pointer; a press opens a tab, does what a hint says, or
 * takes the pointer to a row, and opens that row if the pointer is there.
 */
export function createMouse({ shell, screen, commands, press, shown }: MouseOptions): (mouse: Mouse) => void {
  const times = (count: number, key: Key): void => {
    for (let at = 0; at < count; at++) press(key);
  };

  const painted = async (before: number | undefined, row: number, column: number): Promise<number | undefined> => {
    const ends = performance.now() + PAINTED_MS;
    let at = before;
    while (at === before && performance.now() < ends) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      at = pointerRow(shown(), row, column);
    }
    return at;
  };

  /** Rows may be of several lines, and lists may scroll: each step looks at where the last one led. */
  async function pointTo(row: number, column: number): Promise<void> {
    let at = pointerRow(shown(), row, column);
    if (at === row) return press(named('enter'));
    for (let step = 0; step < MOST_STEPS && at !== undefined && at !== row; step++) {
      const before = at;
      times(step === 0 ? Math.abs(row - at) : 1, named(at < row ? 'down' : 'up'));
      at = await painted(before, row, column);
      if (at === before || at === undefined) return;
      // Between the first lines of two rows: the upper one was meant.
      if (before > row && at < row && step > 0) return;
    }
  }

  function pressAt(column: number, row: number): void {
    const { width, height } = shell.size.get();
    if (row === height - 1) {
      const key = hintAt(hintsNow(shell, screen(), commands()), width, column)?.[0];
      if (key !== undefined && isOneKey(key)) press(key.length === 1 ? typed(key) : named(key));
    } else if (shell.overlays.top() === undefined && row === TAB_ROW) {
      const tab = tabAt({ tabs: tabsNow(shell), active: screen().id, width }, column);
      const place = tabsNow(shell).find(({ id }) => id === tab?.id);
      if (place) shell.navigation.go({ screen: place.id });
    } else shell.attempt(pointTo(row, column));
  }

  return ({ does, column, row }) => {
    if (does === 'press') pressAt(column, row);
    else times(WHEEL_ROWS, named(does === 'wheel-up' ? 'up' : 'down'));
  };
}
