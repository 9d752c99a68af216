import type { AccountState, JobState, TaskState } from '@muster/api';
import type { Output, Style } from './output.ts';

const ACCOUNTS: Readonly<Record<AccountState, readonly [glyph: string, style: Style]>> = {
  ready: ['●', 'green'],
  busy: ['◆', 'cyan'],
  cooling: ['○', 'dim'],
  'needs-you': ['?', 'yellow'],
  paused: ['=', 'dim'],
  failed: ['×', 'red'],
  retired: ['-', 'dim'],
};

const WORK: Readonly<Record<JobState | TaskState, Style>> = {
  preparing: 'dim',
  scheduled: 'dim',
  queued: 'dim',
  running: 'cyan',
  waiting: 'yellow',
  paused: 'yellow',
  done: 'green',
  failed: 'red',
  cancelled: 'dim',
  uncertain: 'yellow',
};

/** Never by colour alone: glyph, word and colour on a terminal, the word elsewhere. */
export function accountState(out: Output, state: AccountState): string {
  const [glyph] = ACCOUNTS[state];
  return out.tty ? `${glyph} ${state}` : state;
}

export const accountStateLine = (out: Output, state: AccountState): string =>
  out.paint(ACCOUNTS[state][1], accountState(out, state));

export const workState = (out: Output, state: JobState | TaskState): string => out.paint(WORK[state], state);
