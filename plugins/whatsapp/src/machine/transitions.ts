import { STATE_NAMES, STATES, type WhatsAppState } from './states.ts';

/** What can happen to a session. */
export const HAPPENINGS = {
  open: 'an operator opens it, or the host starts',
  'qr-shown': 'the page shows a QR code',
  'code-shown': 'the page shows a pairing code',
  linked: 'the phone has linked it',
  synced: 'the library says ready',
  'line-lost': 'the page lost its line to WhatsApp',
  'line-back': 'the page has its line again',
  'page-lost': 'the page crashed and is loaded again',
  'browser-lost': 'the browser is gone, hangs, or did not come up',
  retry: 'the pause is over',
  'given-up': 'too many restarts in a row',
  'nobody-scanned': 'the codes ran out, or no person came',
  replaced: 'WhatsApp Web was opened elsewhere',
  unlinked: 'the link was removed, on the phone or by us',
  'link-again': 'the profile is clean, and it is to be linked anew',
  refused: 'WhatsApp, the page or the number makes going on pointless',
  close: 'an operator closes it, or the host stops',
} as const satisfies Record<string, string>;

export type Happening = keyof typeof HAPPENINGS;
export const HAPPENING_NAMES = Object.keys(HAPPENINGS) as readonly Happening[];

export interface Transition {
  readonly from: readonly WhatsAppState[];
  readonly on: Happening;
  readonly to: WhatsAppState;
}

const running = STATE_NAMES.filter((name) => STATES[name].browser);
const open: readonly WhatsAppState[] = [...running, 'restarting'];

/** The whole machine. What is not listed does not happen: a late word of an ended browser changes nothing. */
export const TRANSITIONS: readonly Transition[] = [
  { from: ['stopped', 'needs-scan', 'conflict', 'logged-out', 'failed'], on: 'open', to: 'launching' },
  { from: ['launching', 'scan', 'pairing-code', 'reconnecting'], on: 'qr-shown', to: 'scan' },
  { from: ['launching', 'scan', 'pairing-code', 'reconnecting'], on: 'code-shown', to: 'pairing-code' },
  { from: ['launching', 'scan', 'pairing-code', 'reconnecting'], on: 'linked', to: 'syncing' },
  { from: ['launching', 'scan', 'pairing-code', 'syncing', 'reconnecting'], on: 'synced', to: 'ready' },
  { from: ['ready', 'syncing'], on: 'line-lost', to: 'reconnecting' },
  { from: ['reconnecting'], on: 'line-back', to: 'ready' },
  { from: ['ready', 'syncing', 'scan', 'pairing-code'], on: 'page-lost', to: 'reconnecting' },
  { from: running, on: 'browser-lost', to: 'restarting' },
  { from: ['restarting'], on: 'retry', to: 'launching' },
  { from: ['restarting'], on: 'given-up', to: 'failed' },
  { from: ['scan', 'pairing-code'], on: 'nobody-scanned', to: 'needs-scan' },
  { from: running, on: 'replaced', to: 'conflict' },
  { from: running, on: 'unlinked', to: 'logged-out' },
  { from: ['logged-out'], on: 'link-again', to: 'launching' },
  { from: open, on: 'refused', to: 'failed' },
  { from: STATE_NAMES.filter((name) => name !== 'stopped'), on: 'close', to: 'stopped' },
];

/** Where it leads; undefined when it means nothing in this state. */
export const next = (state: WhatsAppState, on: Happening): WhatsAppState | undefined =>
  TRANSITIONS.find((one) => one.on === on && one.from.includes(state))?.to;
