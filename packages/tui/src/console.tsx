import type { Client } from '@muster/api';
import type { ReactNode } from 'react';
import { App } from './app.tsx';
import { mayAsk } from './graphics/capability.ts';
import { createGraphics } from './graphics/create-graphics.ts';
import { createImageLayer, type ImageLayer } from './graphics/image-layer.ts';
import { createMouse } from './mouse/create-mouse.ts';
import type { Cells } from './mouse/pointer.ts';
import type { Command } from './keys/command.ts';
import { createDispatcher } from './keys/dispatch.ts';
import { globalCommands } from './keys/global-commands.ts';
import { createScreens } from './screens/create-screens.ts';
import type { Screen } from './screens/screen.ts';
import type { ScreenEnd, Shell } from './shell.ts';
import { createBell } from './state/bell.ts';
import { createLive } from './state/live.ts';
import { DEFAULT_LOOK, type Look } from './state/look.ts';
import { createNavigation, type ScreenId } from './state/navigation.ts';
import { createNotices } from './state/notices.ts';
import { type Area, createOverlays } from './state/overlays.ts';
import { createPaintGate } from './state/paint-gate.ts';
import { createStore, type Store } from './state/store.ts';
import { createUndo } from './state/undo.ts';
import { copyText } from './terminal/clipboard.ts';
import type { Key } from './terminal/key.ts';
import type { TerminalFacts } from './terminal/terminal-facts.ts';
import { createUiClock } from './terminal/ui-clock.ts';

/** What a console needs of the terminal it is shown on. */
export interface ConsoleTerminal {
  readonly size: Area;
  /** Bytes not taken yet. */
  readonly backlog: () => number;
  readonly write: (sequence: string) => void;
  /** What it shows, cell by cell; without it the mouse finds nothing. */
  readonly shown?: () => Cells;
  /** Draws pictures over cells; without it they are drawn from blocks. */
  readonly images?: ImageLayer;
  readonly suspend: () => Promise<void>;
  readonly redraw: () => Promise<void>;
}

export interface ConsoleOptions {
  readonly client: Client;
  readonly terminal: ConsoleTerminal;
  readonly facts: TerminalFacts;
  /** Default: nothing was chosen, and what is chosen is not kept. */
  readonly look?: Store<Look>;
  readonly version: string;
  readonly directory: string;
  /** Says what kind of terminal it is. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly initialScreen: ScreenId;
  readonly stopHost: () => Promise<void>;
  readonly leave: (end: ScreenEnd) => void;
  readonly now?: () => number;
}

/** The whole program without a terminal: keys go in, a tree of components comes out. */
export interface Console {
  readonly shell: Shell;
  readonly view: ReactNode;
  readonly press: (key: Key) => void;
  readonly resize: (size: Area) => void;
  /** All of them, and what works in each: for the page of keys. */
  readonly screens: readonly Screen[];
  readonly globals: readonly Command[];
  /** The screen that is shown. */
  readonly screen: () => Screen;
  /** Resolves when the first answers of the host are in. */
  readonly ready: Promise<void>;
  readonly close: () => void;
}

export function createConsole(options: ConsoleOptions): Console {
  const { client, terminal, now = Date.now } = options;
  const clock = createUiClock(terminal.backlog);
  const gate = createPaintGate(clock.isOpen);
  // Spans are measured by a clock that nobody sets: a dialog would ignore keys until the time of day is what it was.
  const monotonic = (): number => performance.now();
  const notices = createNotices(monotonic);
  const live = createLive({ client, clock, now, onProblem: notices.problem });
  clock.onTick(notices.expire);
  const size = createStore<Area>(terminal.size);
  const pictures = createGraphics({
    layer: terminal.images ?? createImageLayer(),
    write: terminal.write,
    size: size.get,
    mayAsk: terminal.images !== undefined && options.facts.depth > 0 && mayAsk(options.env ?? {}),
  });
  const attempt = (work: Promise<unknown>): void => void work.catch(notices.problem);
  const shell: Shell = {
    client,
    live,
    navigation: createNavigation({ screen: options.initialScreen }),
    overlays: createOverlays(monotonic),
    notices,
    undo: createUndo(),
    clock,
    gate,
    size,
    facts: options.facts,
    graphics: pictures.graphics,
    look: options.look ?? createStore(DEFAULT_LOOK),
    version: options.version,
    directory: options.directory,
    now,
    copy: (text) => copyText(text, terminal.write),
    attempt,
    showAccount(id) {
      screens.accounts.setFilter(`id:${id}`);
      shell.navigation.go({ screen: 'accounts', item: 'detail' });
    },
    suspend: terminal.suspend,
    redraw: terminal.redraw,
    leave: options.leave,
    async stopHost() {
      await options.stopHost();
      options.leave('stopped-host');
    },
  };
  const ring = (): void => terminal.write('\u0007');
  const stopBell = createBell({ prompts: live.prompts, look: shell.look, ready: live.ready, ring });
  let globals: readonly Command[] = [];
  const screens = createScreens(shell, { globals: () => globals, run: (command) => dispatcher.run(command) });
  const screen = (): Screen => screens.byId[shell.navigation.place().screen];
  const dispatcher = createDispatcher({ shell, screen, globals: () => globals });
  globals = globalCommands({ shell, screen, run: dispatcher.run });
  const mouse = createMouse({
    shell,
    screen,
    commands: () => [...screen().commands, ...globals],
    press: dispatcher.press,
    shown: terminal.shown ?? (() => []),
  });
  return {
    shell,
    view: <App shell={shell} screens={screens.byId} globals={globals} />,
    press(key) {
      if (key.mouse !== undefined) mouse(key.mouse);
      else if (key.reply === undefined || !pictures.hear(key.reply)) dispatcher.press(key);
    },
    resize: size.set,
    screen,
    screens: Object.values(screens.byId),
    globals,
    ready: live.ready,
    close() {
      stopBell();
      screens.close();
      live.close();
      clock.close();
      gate.close();
      pictures.close();
    },
  };
}
