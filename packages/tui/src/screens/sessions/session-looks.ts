import type { SessionRow } from '@muster/api';
import type { Tone } from '@muster/sdk/ui';
import { shortSpan } from '../../parts/format.ts';
import type { Live } from '../../state/live.ts';

export interface SessionLook {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** Sign, word and colour, as accounts have them. */
export const SESSION_LOOKS: Readonly<Record<SessionRow['state'], SessionLook>> = {
  opening: { sign: '◆', word: 'opening', tone: 'busy' },
  'needs-operator': { sign: '?', word: 'needs you', tone: 'ask' },
  ready: { sign: '●', word: 'ready', tone: 'good' },
  lost: { sign: '○', word: 'lost', tone: 'warn' },
  closed: { sign: '=', word: 'closed', tone: 'faint' },
};

/** What there is to say of a session in a few words. */
export function sessionPhrase(row: SessionRow, now: number): string {
  const { state, challenge, parked, turn, why, status, since, reopensAt } = row;
  const left = (at: number): string => shortSpan(Math.max(0, at - now));
  if (state === 'needs-operator') {
    if (parked) return `waits for you: ${why ?? 'o asks again'}`;
    if (turn !== null && turn > 0) return 'waits its turn';
    if (challenge?.kind === 'code') return 'type the code';
    return challenge ? 'scan the code' : (why ?? 'waits for you');
  }
  if (state === 'lost')
    return reopensAt === null ? (why ?? 'mends itself') : `again in ${left(reopensAt)}${why === null ? '' : `: ${why}`}`;
  if (state === 'ready')
    return `${status === null || status === state ? '' : `${status} `}${shortSpan(Math.max(0, now - since))}`;
  return why ?? status ?? '';
}

/** Those of a host that a person has something to do for now. */
export const sessionsForPeople = ({ sessions }: Pick<Live, 'sessions'>): readonly SessionRow[] =>
  sessions.get()?.sessions.filter(needsPerson) ?? [];

/** True for one that a person has something to do for now. */
export const needsPerson = ({ open, state, turn, parked, challenge }: SessionRow): boolean =>
  open && state === 'needs-operator' && (parked || challenge !== null) && (turn === null || turn === 0);
