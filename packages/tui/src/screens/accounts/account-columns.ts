import type { Account } from '@muster/api';
import { type Column, STATE_LOOKS } from '@muster/sdk/ui';
import { shortSpan } from '../../parts/format.ts';

/** When it was used last, as an age; `—` for never. */
const used = (account: Account, now: number): string =>
  account.state === 'busy' ? 'now' : account.usedAt === 0 ? '—' : shortSpan(now - account.usedAt);

const why = (account: Account, now: number): string => {
  const until =
    account.state === 'cooling' && account.dueAt !== null && account.dueAt > now ? `${shortSpan(account.dueAt - now)} left` : '';
  return [account.why ?? '', until].filter((part) => part !== '').join(', ');
};

/** The columns of the list, the most needed first: what does not fit is left out from the right. */
export interface ColumnOptions {
  readonly now: number;
  readonly wide: boolean;
  /** Names come with their provider only where there are several. */
  readonly severalProviders: boolean;
}

export function accountColumns({ now, wide, severalProviders }: ColumnOptions): Column<Account>[] {
  return [
    {
      title: 'ACCOUNT',
      width: wide || severalProviders ? 26 : 22,
      cell: ({ plugin, label }) => (severalProviders ? `${plugin}/${label}` : label),
    },
    {
      title: 'STATE',
      width: 11,
      cell: ({ state }) => ({ text: `${STATE_LOOKS[state].sign} ${STATE_LOOKS[state].word}`, tone: STATE_LOOKS[state].tone }),
    },
    { title: 'USED', width: 5, align: 'right', cell: (account) => ({ text: used(account, now), tone: 'faint' }) },
    { title: 'TRY', width: 3, align: 'right', cell: ({ tries }) => (tries === 0 ? { text: '—', tone: 'faint' } : String(tries)) },
    { title: 'LVL', width: 3, align: 'right', cell: ({ rank }) => String(rank) },
    { title: 'WHY', width: 8, grow: true, cell: (account) => ({ text: why(account, now), tone: 'faint' }) },
    ...(wide
      ? [{ title: 'TAGS', width: 14, cell: ({ tags }: Account) => ({ text: tags.join(' · '), tone: 'faint' as const }) }]
      : []),
  ];
}
