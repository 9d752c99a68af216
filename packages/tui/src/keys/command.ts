import type { Key } from '../terminal/key.ts';

export const COMMAND_GROUPS = ['Move', 'Find', 'Choose', 'Act', 'See', 'Screens', 'Leave'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** A key binding as data: footer, help, palette and the documentation are made from it. */
export interface Command {
  /** `noun.verb`, unique. */
  readonly id: string;
  /** Names of keys, as in terminal/key.ts; the first is the one shown. */
  readonly keys: readonly string[];
  readonly title: string;
  readonly group: CommandGroup;
  /** Its name in the key bar; without one it is only in help and palette. */
  readonly short?: string;
  /** Asks before it does anything. */
  readonly dangerous?: boolean;
  /** False where it makes no sense: then its key does nothing and it is not shown. */
  readonly when?: () => boolean;
  /** Why it cannot run now; shown instead of running. */
  readonly disabledReason?: () => string | undefined;
  /** The same in a script. */
  readonly headless?: () => string | undefined;
  readonly run: () => void | Promise<unknown>;
}

const SHOWN: Record<string, string> = {
  enter: '⏎',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  backspace: 'bs',
};
/** A key as people read it. */
export const showKey = (name: string): string => SHOWN[name] ?? name;

/** How a theme shows keys in lists: without arrows to draw, `v` would be two keys. */
export const keyWriter = ({ ascii }: { readonly ascii: boolean }): ((name: string) => string) => (ascii ? String : showKey);

export const isActive = (command: Command): boolean => command.when?.() ?? true;

export const findCommand = (commands: readonly Command[], key: Key): Command | undefined =>
  commands.find((command) => command.keys.includes(key.name) && isActive(command));
