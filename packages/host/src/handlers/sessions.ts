import type { SessionChallenge } from '@muster/api';
import type { SessionReach, SessionView } from '@muster/core';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';
import { qrPng } from './qr-png.ts';
import { sessionList, sessionView } from './session-view.ts';

type Operations = 'listSessions' | 'getSession' | 'openSession' | 'closeSession' | 'sessionChallenge' | 'sessionQr';

export function sessionHandlers({ accounts, sessions }: HostCore): Pick<Handlers, Operations> {
  /** By id, or by label where one session has it. */
  const find = (reference: string, reach: SessionReach | undefined): SessionView | undefined => {
    const byId = sessions.get(reference, reach);
    if (byId) return byId;
    const named = sessions.list(reach).filter(({ label }) => label === reference);
    if (named.length <= 1) return named[0];
    const ids = named.map(({ plugin, account }) => `${account} (${plugin})`);
    throw new MusterError('CONFLICT', `"${reference}" names ${named.length} accounts: ${ids.join(', ')}. Give the id.`);
  };
  const known = (reference: string, reach: SessionReach | undefined): SessionView => {
    const session = find(reference, reach);
    if (session) return session;
    throw new MusterError('NOT_FOUND', `There is no session of "${reference}". Open it first, or see the list of sessions.`);
  };
  const challengeOf = ({ challenge, challengeAt, label, state }: SessionView): SessionChallenge => {
    if (challenge) return { ...challenge, shownAt: challengeAt ?? 0 };
    throw new MusterError('NOT_FOUND', `The session of "${label}" asks nothing of a person now; it is ${state}.`);
  };

  return {
    listSessions({ query: { plugin }, caller: { reach } }) {
      const { sessions: rows, ...rest } = sessionList(sessions, reach);
      return { ...rest, sessions: plugin === undefined ? rows : rows.filter((row) => row.plugin === plugin) };
    },
    getSession: ({ params, caller }) => sessionView(known(params.account, caller.reach)),
    async openSession({ params, body: { input }, caller: { actor, reach } }) {
      const id = find(params.account, reach)?.account ?? (await accounts.find(params.account)).id;
      return sessionView(await sessions.open(id, { actor, reach, ...(input && { input }) }));
    },
    async closeSession({ params, caller: { actor, reach } }) {
      const { account } = known(params.account, reach);
      await sessions.close(account, { actor, reach });
      return sessionView(known(account, reach));
    },
    sessionChallenge: ({ params, caller }) => challengeOf(known(params.account, caller.reach)),
    async sessionQr({ params, query: { format, scale }, caller }) {
      const session = known(params.account, caller.reach);
      const { kind, text } = challengeOf(session);
      if (format === 'text') return { type: 'text/plain; charset=utf-8', body: Buffer.from(text) };
      if (kind === 'qr') return { type: 'image/png', body: await qrPng(text, scale) };
      throw new MusterError('CONFLICT', `"${session.label}" shows a code to type on the phone, no picture. Ask for format=text.`);
    },
  };
}
