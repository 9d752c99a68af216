import type { SessionState } from '@muster/sdk';

interface StateFacts {
  /** What the host and its screens make of it. */
  readonly general: SessionState;
  /** A browser runs, or is being started. */
  readonly browser: boolean;
  readonly meaning: string;
}

const state = (general: SessionState, browser: boolean, meaning: string): StateFacts => ({ general, browser, meaning });

/** Every state that a WhatsApp session can be in. */
export const STATES = {
  stopped: state('closed', false, 'Not open.'),
  launching: state('opening', true, 'The browser starts and loads WhatsApp Web.'),
  scan: state('needs-operator', true, 'Not linked: a QR code is to be scanned with the phone.'),
  'pairing-code': state('needs-operator', true, 'Not linked: a code is to be typed on the phone.'),
  syncing: state('opening', true, 'Linked; chats are being loaded.'),
  ready: state('ready', true, 'Linked and connected: messages go both ways.'),
  reconnecting: state('lost', true, 'Linked, but the page has no line to WhatsApp, or is being loaded again; the browser stays.'),
  restarting: state('lost', false, 'The browser is gone or was ended; a new one follows after a pause.'),
  'needs-scan': state('needs-operator', false, 'Nobody scanned: the browser was closed until a person opens the session again.'),
  conflict: state('needs-operator', false, 'WhatsApp Web was opened somewhere else with this login; it is kept.'),
  'logged-out': state('lost', false, 'The link is gone, and its profile is removed. After a logout by an operator it is closed.'),
  failed: state('closed', false, 'It cannot go on without a person: the reason says why.'),
} as const satisfies Record<string, StateFacts>;

export type WhatsAppState = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES) as readonly WhatsAppState[];
