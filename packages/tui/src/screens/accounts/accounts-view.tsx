import type { AccountState } from '@muster/api';
import { caretSpans, fitColumns, Line, Panel, type Spans, Table, Lines } from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { grouped } from '../../parts/format.ts';
import { tallySpans } from '../../parts/tally-spans.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import { isHostGone, messageOf } from '../../state/message-of.ts';
import type { Area } from '../../state/overlays.ts';
import { accountColumns, nameColumns, tagColumns } from './account-columns.ts';
import { AccountDetail, fitsBeside } from './account-detail.tsx';
import type { DetailModel } from './detail-model.ts';
import { type AccountsModel, type AccountsView, SORT_NAMES } from './accounts-model.ts';
import { EmptyRoster } from './empty-roster.tsx';
import { isMarked } from './marks.ts';

export interface AccountsProps extends Area {
  readonly shell: Shell;
  readonly model: AccountsModel;
  readonly detail: DetailModel;
}

/** From here on there is room for the list and one account beside it. */
export const WIDE = 110;

const columnOf = (error: unknown): number | undefined => {
  const details = (error as { details?: { column?: unknown } }).details;
  return typeof details?.column === 'number' ? details.column : undefined;
};

/** The filter, while it is typed or does not parse: the host's words, under the place they are about. */
function filterLines(model: AccountsModel, error: unknown): Spans[] {
  const { editing, filter } = model.view.get();
  const lines: Spans[] = [];
  if (editing !== null) lines.push([{ text: ' / ', tone: 'accent', bold: true }, ...caretSpans(editing, { focused: true })]);
  else if (error !== null) lines.push([{ text: ' / ', tone: 'accent' }, filter]);
  if (error !== null && editing === null) {
    const column = columnOf(error);
    if (column !== undefined)
      lines.push([' '.repeat(3 + Math.max(0, column - 1 - model.columnShift())), { text: '↑', tone: 'bad' }]);
    lines.push([{ text: ` × ${messageOf(error)}`, tone: 'bad' }]);
  }
  return lines;
}

/** Why a list that was narrowed shows nothing, and the way out. */
function nothingLines(shell: Shell, model: AccountsModel): Spans[] {
  const { filter, states, plugin } = model.view.get();
  const asked = [
    states === 'problems' ? 'has a problem' : states === 'needs you' ? 'needs you' : '',
    filter === '' ? '' : `fits ${filter}`,
    plugin === undefined ? '' : `belongs to ${plugin}`,
  ].filter(Boolean);
  const provider = shell.live.plugins.get().find(({ id }) => filter.split(/\s+/).includes(id));
  const meant =
    provider === undefined ? [] : [`    Words are looked for in names; plugin:${provider.id} finds the accounts of a provider.`];
  return [
    [],
    ...[`    No account ${asked.join(' and ')}. esc shows all.`, ...meant].map((text): Spans => [{ text, tone: 'faint' }]),
  ];
}

function Tallies({ shell, width, plugin }: { shell: Shell; width: number; plugin: string | undefined }): ReactNode {
  const tally = useStore(shell.live.tally);
  const counts: Partial<Record<AccountState, number>> = {};
  for (const { plugin: of, state, count } of tally)
    if (plugin === undefined || of === plugin) counts[state] = (counts[state] ?? 0) + count;
  return <Line width={width} spans={tallySpans(counts, width)} />;
}

/** The provider that the list is about, if it is one: chosen, or named by a filter that can mean no other. */
const onlyPlugin = ({ plugin, filter }: AccountsView): string | undefined =>
  plugin ?? (/\b(?:or|not)\b/i.test(filter) ? undefined : /(?:^|\s)plugin:([\w-]+)(?=\s|$)/.exec(filter)?.[1]);

function List({ shell, model, width, height }: AccountsProps): ReactNode {
  const roster = useStore(model.roster.view);
  const view = useStore(model.view);
  const minute = useMinute(shell);
  const providers = new Set(useStore(shell.live.tally).map(({ plugin }) => plugin));
  const only = onlyPlugin(view);
  const severalProviders = only === undefined && providers.size > 1;
  const wrong = filterLines(model, isHostGone(roster.error) ? null : roster.error);
  const extra = roster.total === 0 && wrong.length === 0 ? nothingLines(shell, model) : wrong;
  const rows = Math.max(1, height - 4 - extra.length);
  useEffect(() => model.roster.setHeight(rows), [model, rows]);
  const inView = Array.from({ length: Math.min(rows, Math.max(0, roster.total - roster.top)) }, (_, at) =>
    model.roster.row(roster.top + at),
  );
  // As wide as the longest name of this list so far: columns never become narrower while one goes through it.
  const widest = useRef({ query: roster.query, name: 0, tags: 0 });
  if (widest.current.query !== roster.query) widest.current = { query: roster.query, name: 0, tags: 0 };
  const { current } = widest;
  const longestName = (current.name = Math.max(current.name, nameColumns(inView, severalProviders)));
  const longestTags = (current.tags = Math.max(current.tags, tagColumns(inView)));
  const plugins = useStore(shell.live.plugins);
  const ranked = plugins.some(({ id, rank }) => rank !== null && (only === undefined ? providers.has(id) : id === only));
  const { any, labels } = useStore(model.proxies);
  const proxies = any ? labels : null;
  const columns = useMemo(
    () =>
      fitColumns(
        accountColumns({
          now: shell.now(),
          width: width - 6,
          severalProviders,
          hidden: view.hidden,
          longestName,
          longestTags,
          ranked,
          proxies,
        }),
        width - 6,
      ),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- ages are counted in minutes
    [shell, severalProviders, width, minute, view.hidden, longestName, longestTags, ranked, proxies],
  );
  const from = view.anchor === null ? Infinity : Math.min(view.anchor, roster.cursor);
  const to = view.anchor === null ? -1 : Math.max(view.anchor, roster.cursor);
  const scope = [view.plugin, view.filter, view.states === 'all' ? '' : view.states].filter(Boolean).join(' · ');
  const found = roster.total < 0 ? 'asking …' : `${grouped(roster.total)}${scope === '' ? '' : ` · ${scope}`}`;
  const place =
    roster.total > 0 ? `${grouped(roster.cursor + 1)} of ${grouped(roster.total)} · ${SORT_NAMES[view.sort] ?? view.sort}` : '';
  return (
    <Panel title="Accounts" aside={found} footer={place} focused width={width} height={height}>
      <Lines lines={extra} width={width - 2} />
      {roster.total !== 0 && (
        <Table
          columns={columns}
          rows={inView}
          top={roster.top}
          cursor={roster.cursor}
          width={width - 2}
          height={rows + 1}
          isMarked={(account, index) => isMarked(view.marks, account) || (index >= from && index <= to)}
        />
      )}
      {roster.total === 0 && <Lines lines={[]} width={width - 2} height={rows + 1} />}
      <Tallies shell={shell} width={width - 2} plugin={only} />
    </Panel>
  );
}

export function AccountsScreen(props: AccountsProps): ReactNode {
  const { shell, model, detail, width, height } = props;
  const { place } = useStore(shell.navigation.history);
  const total = useStore(model.roster.view).total;
  const view = useStore(model.view);
  const nothingAsked = view.filter === '' && view.states === 'all' && view.plugin === undefined && view.editing === null;
  if (total === 0 && nothingAsked && model.roster.view.get().error === null)
    return <EmptyRoster shell={shell} width={width} height={height} />;
  const opened = place.item !== undefined;
  const panel = { shell, detail, proxies: model.proxies, opened, height };
  const account = model.roster.current();
  const needsAll = opened && account !== undefined && !fitsBeside(account, height);
  if (width < WIDE || view.listOnly || (total === 0 && !opened) || needsAll)
    return opened ? <AccountDetail {...panel} width={width} /> : <List {...props} />;
  const side = Math.max(36, Math.min(60, Math.floor(width * 0.32)));
  return (
    <Box width={width} height={height}>
      <List {...props} width={width - side} />
      <AccountDetail {...panel} width={side} />
    </Box>
  );
}
