import type { Session, SessionList, SessionRow } from '@muster/api';
import type { SessionReach, Sessions, SessionView } from '@muster/core';
import type { DeepReadonly } from './handler.ts';

/** Field by field: what is to be scanned or typed does not go along. */
const sessionRow = (session: SessionView): SessionRow => ({
  account: session.account,
  plugin: session.plugin,
  label: session.label,
  state: session.state,
  status: session.status,
  why: session.why,
  since: session.since,
  open: session.open,
  parked: session.parked,
  openedBy: session.openedBy,
  openedAt: session.openedAt,
  reopensAt: session.reopensAt,
  turn: session.turn,
  challenge:
    session.challenge === null
      ? null
      : { kind: session.challenge.kind, shownAt: session.challengeAt ?? 0, expiresAt: session.challenge.expiresAt },
  figures: session.figures,
});

export const sessionView = (session: SessionView): DeepReadonly<Session> => ({
  ...sessionRow(session),
  history: session.history,
});

/** All that a caller reaches, with the limits. One that does not reach all is not told how much there is of others. */
export function sessionList(sessions: Sessions, reach?: SessionReach): SessionList {
  const rows = sessions.list(reach).map(sessionRow);
  const limits = { ...sessions.limits };
  return { sessions: rows, limits, usage: reach ? usageOf(rows) : { ...sessions.usage() } };
}

/** What a watching client with a limited reach sees of a list. */
export function narrowed(list: SessionList, sessions: Pick<Sessions, 'get'>, reach: SessionReach): SessionList {
  const rows = list.sessions.filter(({ account }) => sessions.get(account, reach));
  return { sessions: rows, limits: list.limits, usage: usageOf(rows) };
}

function usageOf(rows: readonly SessionRow[]): SessionList['usage'] {
  const open = rows.filter((row) => row.open);
  return { open: open.length, memoryBytes: open.reduce((sum, { figures }) => sum + (figures.memoryBytes ?? 0), 0), near: false };
}
