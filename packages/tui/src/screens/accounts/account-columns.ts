import type { Account } from '@muster/api';
import { type Column, type Span, STATE_LOOKS, textWidth } from '@muster/sdk/ui';
import { shortSpan } from '../../parts/format.ts';

/** When it was used last, as an age; `—` for never. */
const used = (account: Account, now: number): string =>
  account.state === 'busy' ? 'now' : account.usedAt === 0 ? '—' : shortSpan(now - account.usedAt);

const reason = (account: Account, now: number): string => {
  const until =
    account.state === 'cooling' && account.dueAt !== null && account.dueAt > now ? `${shortSpan(account.dueAt - now)} left` : '';
  return [account.why ?? '', until].filter((part) => part !== '').join(', ');
};

/** The name as the list has it. */
const nameOf = ({ plugin, label }: Account, severalProviders: boolean): string =>
  severalProviders ? `${plugin}/${label}` : label;

/** Columns for these names, in steps: the others do not move for a letter more. */
export const nameColumns = (accounts: readonly (Account | undefined)[], severalProviders: boolean): number => {
  const longest = Math.max(0, ...accounts.map((account) => (account ? textWidth(nameOf(account, severalProviders)) : 0)));
  return Math.ceil(longest / NAME_STEP) * NAME_STEP;
};

const tagsOf = ({ tags }: Account): string => tags.join(' · ');

/** Columns for the tags of these accounts. */
export const tagColumns = (accounts: readonly (Account | undefined)[]): number =>
  Math.max(TAGS.least, ...accounts.map((account) => (account ? Math.min(TAGS.most, textWidth(tagsOf(account))) : 0)));

export interface ColumnOptions {
  readonly now: number;
  /** Columns of the terminal for all of them together. */
  readonly width: number;
  /** Names come with their provider only where there are several. */
  readonly severalProviders: boolean;
  /** Left out by the operator. */
  readonly hidden: ReadonlySet<string>;
  /** Columns of the longest name seen so far. */
  readonly longestName: number;
  /** Columns of the most tags seen so far. */
  readonly longestTags: number;
  /** Whether any provider that is shown ranks its accounts. */
  readonly ranked: boolean;
  /** The proxy of each account by its id; without any there is no column for them. */
  readonly proxies: ReadonlyMap<string, string> | null;
}

export const HIDEABLE = ['USED', 'TRY', 'LVL', 'WHY', 'TAGS', 'PROXY'] as const;

const NAME = { least: 18, most: 44 };
const NAME_STEP = 4;
const TAGS = { least: 4, most: 13 };
const WHY_LEAST = 9;
/** From here on there is room for tags and proxies too: the list beside an account on 120 columns. */
const WIDE = 76;

const faint = (text: string): Span => ({ text, tone: 'faint' });

/** The columns of the list. The name gets what it can use before the reason does: a reason stands beside the list too, a name does not. */
export function accountColumns(options: ColumnOptions): Column<Account>[] {
  const { now, width, severalProviders, hidden, longestName, longestTags, ranked, proxies } = options;
  const fixed: Column<Account>[] = [
    {
      title: 'STATE',
      width: 11,
      cell: ({ state }) => ({ text: `${STATE_LOOKS[state].sign} ${STATE_LOOKS[state].word}`, tone: STATE_LOOKS[state].tone }),
    },
    { title: 'TAGS', width: longestTags, cell: (account) => faint(tagsOf(account)) },
    { title: 'USED', width: 5, align: 'right', cell: (account) => faint(used(account, now)) },
    { title: 'TRY', width: 3, align: 'right', cell: ({ tries }) => (tries === 0 ? faint('—') : String(tries)) },
    { title: 'LVL', width: 3, align: 'right', cell: ({ rank }) => (rank === 0 ? faint('—') : String(rank)) },
    { title: 'PROXY', width: 7, cut: 'middle', cell: ({ id }) => faint(proxies?.get(id) ?? '—') },
  ];
  const useless: Readonly<Record<string, boolean>> = {
    LVL: !ranked,
    TAGS: width < WIDE,
    PROXY: width < WIDE || proxies === null,
  };
  const shown = fixed.filter(({ title }) => !hidden.has(title) && useless[title] !== true);
  const room = width - shown.reduce((sum, column) => sum + column.width + 1, 0);
  const why = !hidden.has('WHY') && room >= NAME.least + 1 + WHY_LEAST;
  const wanted = Math.max(NAME.least, Math.min(NAME.most, longestName));
  const name = why ? Math.min(wanted, room - 1 - WHY_LEAST) : room;
  return [
    {
      title: 'ACCOUNT',
      width: Math.max(NAME.least, name),
      cut: 'middle',
      cell: (account) => nameOf(account, severalProviders),
    },
    ...shown,
    ...(why ? [{ title: 'WHY', width: room - name - 1, cell: (account: Account) => faint(reason(account, now)) }] : []),
  ];
}
