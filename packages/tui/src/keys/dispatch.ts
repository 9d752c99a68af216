import type { Screen } from '../screens/screen.ts';
import type { Shell } from '../shell.ts';
import type { Key } from '../terminal/key.ts';
import { type Command, findCommand } from './command.ts';

/** Work even in front of a dialog: the way out, and the way to a clean screen. */
const ALWAYS = new Set(['ctrl-l', 'ctrl-z']);

export interface Dispatcher {
  readonly press: (key: Key) => void;
  readonly run: (command: Command) => void;
}

export interface DispatchOptions {
  readonly shell: Shell;
  readonly screen: () => Screen;
  readonly globals: () => readonly Command[];
}

/** Where each key goes: the dialog in front, then what is being typed, then the commands. All at once, before anything is drawn. */
export function createDispatcher({ shell, screen, globals }: DispatchOptions): Dispatcher {
  const run = (command: Command): void => {
    const reason = command.disabledReason?.();
    if (reason !== undefined) return shell.notices.say(reason, 'warn');
    try {
      const work = command.run();
      if (work instanceof Promise) shell.attempt(work);
    } catch (thrown) {
      shell.notices.problem(thrown);
    }
  };
  return {
    run,
    press(key) {
      shell.notices.settle();
      const always = ALWAYS.has(key.name) ? findCommand(globals(), key) : undefined;
      if (always) return run(always);
      if (key.name === 'ctrl-c' && shell.overlays.top()?.crumb === 'leave') return shell.leave('left');
      if (key.name !== 'ctrl-c') {
        if (shell.overlays.press(key)) return;
        if (screen().capture?.(key)) return;
        // A paste outside a field types nothing: its letters must not act as keys.
        if (key.name === 'paste')
          return shell.notices.say('Pasted text goes into a field: press / to filter or : for a command first.', 'warn');
      }
      const command = findCommand([...screen().commands, ...globals()], key);
      if (command) run(command);
    },
  };
}
