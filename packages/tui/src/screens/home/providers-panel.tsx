import type { AccountState } from '@muster/api';
import { cut, fit, Line, Panel, sparkline, type Spans, spansWidth, stackedBar, STATE_LOOKS, windowTop } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { grouped, percent, plural } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import { activityOf } from '../../state/event-log.ts';
import type { HomePanelProps } from './home-state.ts';
import { type Provider, providersOf } from './providers.ts';

const NAME = 12;
const COUNT = 9;
const SPARK = 15;
const ORDER = Object.keys(STATE_LOOKS) as AccountState[];

/** Every state has a pattern of its own, so that the bar can be read without colour. */
const PATTERNS: Record<AccountState, string> = {
  ready: '█',
  busy: '▇',
  'needs-you': '?',
  cooling: '○',
  paused: '=',
  failed: '×',
  retired: '-',
};

function figures(provider: Provider, share: { done: number; failed: number; perMinute: readonly number[] }, bar: number): Spans {
  if (provider.reason !== null) return [{ text: `not loaded: ${provider.reason}`, tone: 'bad' }];
  const parts = ORDER.map((state) => ({
    count: provider.counts[state] ?? 0,
    tone: STATE_LOOKS[state].tone,
    sign: PATTERNS[state],
  }));
  const buckets = Array.from({ length: SPARK }, (_, index) =>
    share.perMinute.slice(index * 4, index * 4 + 4).reduce((sum, count) => sum + count, 0),
  );
  const ended = share.done + share.failed;
  return [
    fit(grouped(provider.total), COUNT, 'right'),
    '   ',
    ...stackedBar(parts, bar),
    '  ',
    { text: sparkline(buckets, SPARK), tone: 'accent' },
    `  ${percent(share.done, ended).padStart(4)}`,
  ];
}

export function ProvidersPanel({ shell, focused, cursor, width, height }: HomePanelProps): ReactNode {
  const plugins = useStore(shell.live.plugins);
  const tally = useStore(shell.live.tally);
  const events = useStore(shell.live.events);
  useMinute(shell);
  const providers = providersOf(plugins, tally);
  const inside = width - 2;
  const bar = Math.max(8, Math.min(40, inside - NAME - COUNT - SPARK - 14));
  const rows = height - 4;
  const top = windowTop({ cursor, top: 0, height: rows, total: providers.length });
  const totalsWith = (words: boolean): Spans =>
    ORDER.flatMap((state): Spans => {
      const count = tally.reduce((sum, entry) => (entry.state === state ? sum + entry.count : sum), 0);
      const { sign, word, tone } = STATE_LOOKS[state];
      return count === 0 ? [] : [{ text: ` ${sign} ${words ? `${word} ` : ''}${grouped(count)} `, tone }];
    });
  const totals = spansWidth(totalsWith(true)) <= inside - 2 ? totalsWith(true) : totalsWith(false);
  return (
    <Panel
      title="Providers"
      aside={`${plural(plugins.filter(({ state }) => state === 'loaded').length, 'plugin')} loaded`}
      focused={focused}
      width={width}
      height={height}
    >
      <Line
        width={inside}
        spans={[
          {
            text: `   ${'PROVIDER'.padEnd(NAME)}${'ACCOUNTS'.padStart(COUNT)}   ${'STATES'.padEnd(bar)}  ${'LAST 60 MIN'.padEnd(SPARK)}    OK`,
            tone: 'faint',
            bold: true,
          },
        ]}
      />
      {providers.slice(top, top + rows).map((provider, index) => (
        <Line
          key={provider.id}
          width={inside}
          spans={[
            { text: focused && top + index === cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
            { text: fit(cut(provider.id, NAME - 1), NAME), bold: top + index === cursor && focused },
            ...figures(provider, activityOf(events, provider.id, shell.now()), bar),
          ]}
        />
      ))}
      {Array.from({ length: Math.max(0, rows - providers.length) }, (_, index) => (
        <Line key={`space-${index}`} width={inside} spans={[]} />
      ))}
      <Line width={inside} spans={['  ', ...totals]} />
    </Panel>
  );
}
