import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { machinePage } from './diagram.ts';
import { STATE_NAMES, STATES, type WhatsAppState } from './states.ts';
import { HAPPENING_NAMES, next, type Happening } from './transitions.ts';

/** Written down a second time, by hand, state by state: a slip in the data shows here. */
const EXPECTED: Readonly<Record<WhatsAppState, Partial<Record<Happening, WhatsAppState>>>> = {
  stopped: { open: 'launching' },
  launching: {
    'qr-shown': 'scan',
    'code-shown': 'pairing-code',
    linked: 'syncing',
    synced: 'ready',
    'browser-lost': 'restarting',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  scan: {
    'qr-shown': 'scan',
    'code-shown': 'pairing-code',
    linked: 'syncing',
    synced: 'ready',
    'page-lost': 'reconnecting',
    'browser-lost': 'restarting',
    'nobody-scanned': 'needs-scan',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  'pairing-code': {
    'qr-shown': 'scan',
    'code-shown': 'pairing-code',
    linked: 'syncing',
    synced: 'ready',
    'page-lost': 'reconnecting',
    'browser-lost': 'restarting',
    'nobody-scanned': 'needs-scan',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  syncing: {
    synced: 'ready',
    'line-lost': 'reconnecting',
    'page-lost': 'reconnecting',
    'browser-lost': 'restarting',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  ready: {
    'line-lost': 'reconnecting',
    'page-lost': 'reconnecting',
    'browser-lost': 'restarting',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  reconnecting: {
    'qr-shown': 'scan',
    'code-shown': 'pairing-code',
    linked: 'syncing',
    synced: 'ready',
    'line-back': 'ready',
    'browser-lost': 'restarting',
    replaced: 'conflict',
    unlinked: 'logged-out',
    refused: 'failed',
    close: 'stopped',
  },
  restarting: { retry: 'launching', 'given-up': 'failed', refused: 'failed', close: 'stopped' },
  'needs-scan': { open: 'launching', close: 'stopped' },
  conflict: { open: 'launching', close: 'stopped' },
  'logged-out': { open: 'launching', 'link-again': 'launching', close: 'stopped' },
  failed: { open: 'launching', close: 'stopped' },
};

const pairs = STATE_NAMES.flatMap((state) => HAPPENING_NAMES.map((on) => ({ state, on, to: EXPECTED[state][on] })));

test.each(pairs.filter(({ to }) => to !== undefined))('$state, $on: $to', ({ state, on, to }) => {
  expect(next(state, on)).toBe(to);
});

test('all else changes nothing', () => {
  const others = pairs.filter(({ to }) => to === undefined);
  expect(others.filter(({ state, on }) => next(state, on) !== undefined)).toEqual([]);
});

test('every state can be reached from stopped, and each can be closed', () => {
  const reached = new Set<WhatsAppState>(['stopped']);
  for (const state of reached)
    for (const on of HAPPENING_NAMES) {
      const to = next(state, on);
      if (to !== undefined) reached.add(to);
    }
  expect([...reached].toSorted()).toEqual([...STATE_NAMES].toSorted());
  expect(STATE_NAMES.filter((state) => next(state, 'close') !== 'stopped')).toEqual(['stopped']);
});

test('every word for what happens is used', () => {
  const unused = HAPPENING_NAMES.filter((on) => STATE_NAMES.every((state) => next(state, on) === undefined));
  expect(unused).toEqual([]);
});

test('a state without a browser never claims to be ready', () => {
  expect(STATE_NAMES.filter((state) => STATES[state].general === 'ready')).toEqual(['ready']);
  expect(STATES.ready.browser).toBe(true);
});

test('the docs draw this machine', async () => {
  const page = await readFile(new URL('../../../../docs/whatsapp.md', import.meta.url), 'utf8');
  expect(page).toContain(machinePage());
});
