import type { ViewContent, ViewContext } from '@muster/sdk';
import { STATES, type WhatsAppState } from '../machine/states.ts';
import type { Account, Config } from '../schemas.ts';

const TONE = { ready: 'good', opening: 'plain', 'needs-operator': 'warn', lost: 'warn', closed: 'dim' } as const;

/** One session: how it is, what its browser costs, and how it came to be so. */
export default async function session(context: ViewContext<Config, Account>): Promise<ViewContent> {
  const known = context.account === undefined ? undefined : context.sessions.get(context.account);
  if (!known) return { sections: [{ kind: 'facts', facts: [{ label: 'session', value: 'closed', tone: 'dim' }] }] };
  const { state, status, why, since, figures, history } = known;
  const meaning = status !== null && Object.hasOwn(STATES, status) ? STATES[status as WhatsAppState].meaning : '';
  const fact = (label: string, value: string | number | undefined) => (value === undefined ? [] : [{ label, value }]);
  return {
    sections: [
      {
        kind: 'facts',
        title: known.label,
        facts: [
          { label: 'state', value: status ?? state, tone: TONE[state] },
          ...(meaning === '' ? [] : [{ label: '', value: meaning, tone: 'dim' as const }]),
          ...(why === null ? [] : [{ label: 'why', value: why }]),
          { label: 'since', value: new Date(since).toISOString() },
          ...fact(
            'memory of its browser, MB',
            figures.memoryBytes === undefined ? undefined : Math.round(figures.memoryBytes / 1_048_576),
          ),
          ...fact('CPU, % of a core', figures.cpuPercent),
          ...fact('messages waiting', figures.queued),
          ...fact('reconnects', figures.reconnects),
          ...fact('remedies applied', figures.remedies),
          ...fact(
            'last message',
            figures.lastActivityAt === undefined ? undefined : new Date(figures.lastActivityAt).toISOString(),
          ),
        ],
      },
      {
        kind: 'log',
        title: 'History',
        lines: history.toReversed().map((one) => ({
          at: one.at,
          from: one.status ?? one.state,
          text: one.why ?? '',
          tone: TONE[one.state],
        })),
      },
    ],
  };
}
