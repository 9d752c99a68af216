import type { Client } from '@muster/api';
import type { Graphics } from '@muster/sdk/ui';
import type { Readable, Store } from './state/store.ts';
import type { Look } from './state/look.ts';
import type { Live } from './state/live.ts';
import type { Navigation } from './state/navigation.ts';
import type { Notices } from './state/notices.ts';
import type { Area, Overlays } from './state/overlays.ts';
import type { PaintGate } from './state/paint-gate.ts';
import type { Undo } from './state/undo.ts';
import type { TerminalFacts } from './terminal/terminal-facts.ts';
import type { UiClock } from './terminal/ui-clock.ts';

/** How the screen ended. The host goes on unless it was told to stop. */
export type ScreenEnd = 'left' | 'stopped-host' | 'hung-up';

/** What screens, dialogs and commands work with: one object, made once. */
export interface Shell {
  readonly client: Client;
  readonly live: Live;
  readonly navigation: Navigation;
  readonly overlays: Overlays;
  readonly notices: Notices;
  readonly undo: Undo;
  readonly clock: UiClock;
  readonly gate: PaintGate;
  readonly size: Store<Area>;
  readonly facts: TerminalFacts;
  /** Pictures drawn by the terminal itself. */
  readonly graphics: Readable<Graphics>;
  /** How the screen looks and acts. What is set is kept. */
  readonly look: Store<Look>;
  readonly version: string;
  readonly directory: string;
  readonly now: () => number;
  /** Sends to the terminal's clipboard. False when the text is too long for that. */
  readonly copy: (text: string) => boolean;
  /** Awaits work in the background; what goes wrong is shown. */
  readonly attempt: (work: Promise<unknown>) => void;
  /** Opens one account in the list of accounts. */
  readonly showAccount: (id: string) => void;
  readonly suspend: () => Promise<void>;
  readonly redraw: () => Promise<void>;
  readonly leave: (end: ScreenEnd) => void;
  readonly stopHost: () => Promise<void>;
}
