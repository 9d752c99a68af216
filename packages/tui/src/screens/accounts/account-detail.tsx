import type { Account, MusterEvent } from '@muster/api';
import { cut, Panel, type Spans, STATE_LOOKS, type Tone, Lines, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { moment, plural, shortMoment, shortSpan } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';
import type { DetailModel, DetailView } from './detail-model.ts';
import type { ProxyNames } from './proxy-names.ts';

/** As wide as the longest name, within reason: names that begin alike must not look the same. */
const labelWidth = ({ data, secretFields }: Account): number =>
  Math.min(22, Math.max(10, ...[...Object.keys(data), ...secretFields].map((name) => name.length + 1)));

const factOf =
  (width: number) =>
  (name: string, value: string, tone: Tone = 'plain'): Spans => [
    ' ',
    { text: cut(name, width - 1).padEnd(width), tone: 'faint' },
    { text: value, tone },
  ];
type Fact = ReturnType<typeof factOf>;

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '—' : JSON.stringify(value);

function secretLine(fact: Fact, field: string, revealed: Readonly<Record<string, string>>): Spans {
  const value = revealed[field];
  return value === undefined ? [...fact(field, '••••••••'), { text: '  S shows it', tone: 'faint' }] : fact(field, value, 'warn');
}

const LEVEL_TONES: Partial<Record<MusterEvent['level'], Tone>> = { ask: 'ask', warn: 'warn', error: 'bad', audit: 'accent' };

function historyLines(view: DetailView, now: number, room: number): Spans[] {
  const { history, whole } = view;
  if (history.length === 0) return [[{ text: ' nothing yet', tone: 'faint' }]];
  const lines = history
    .slice(0, Math.max(1, room - 1))
    .map((event): Spans => [
      { text: ` ${whole ? moment(event.at, now) : shortMoment(event.at, now)} `, tone: 'faint' },
      { text: '│ ', tone: LEVEL_TONES[event.level] ?? 'faint' },
      event.message,
    ]);
  if (history.length > lines.length) lines.push([{ text: ` … older lines: h`, tone: 'faint' }]);
  return lines;
}

const WHY_ROWS = 3;

/** The state it is in, until when, and why: whole, where that takes no more than three rows. */
function stateLines(account: Account, now: number, width: number): Spans[] {
  const look = STATE_LOOKS[account.state];
  const status = account.status === null ? '' : `  ${account.status}`;
  const until = account.dueAt !== null && account.dueAt > now ? `  until ${moment(account.dueAt, now)}` : '';
  const why = wrap(account.why ?? '', Math.max(10, width - 2)).filter((line) => line !== '');
  const rows = why.length <= WHY_ROWS ? why : [...why.slice(0, WHY_ROWS - 1), why.slice(WHY_ROWS - 1).join(' ')];
  return [
    [],
    [{ text: ` ${look.sign} ${look.word}`, tone: look.tone, bold: true }, status, { text: until, tone: 'faint' }],
    ...rows.map((line): Spans => [{ text: ` ${line}`, tone: 'faint' }]),
    [],
  ];
}

interface FactOptions {
  readonly now: number;
  readonly proxy: string | undefined;
  /** How many fields of its own are shown. */
  readonly fields: number;
}

function factLines(account: Account, view: DetailView, { now, proxy, fields }: FactOptions): Spans[] {
  const data = Object.entries(account.data);
  const fact = factOf(labelWidth(account));
  return [
    fact('plugin', account.plugin),
    ...data.slice(0, fields).map(([name, value]) => fact(name, shown(value))),
    ...(data.length > fields ? [[{ text: ` … ${data.length - fields} more: ⏎`, tone: 'faint' as const }]] : []),
    ...account.secretFields.map((field) => secretLine(fact, field, view.revealed)),
    fact('tags', account.tags.length === 0 ? '—' : account.tags.join(' · ')),
    ...(proxy === undefined ? [] : [fact('proxy', proxy)]),
    fact('used', account.usedAt === 0 ? 'never' : `${shortSpan(now - account.usedAt)} ago, ${plural(account.uses, 'time')}`),
    ...(account.tries > 0 ? [fact('tries', String(account.tries))] : []),
    ...(account.holder === null ? [] : [fact('held by', account.holder)]),
    ...(account.priority === 0 ? [] : [fact('priority', String(account.priority))]),
    fact('id', account.id, 'faint'),
    fact('added', moment(account.createdAt, now)),
  ];
}

const HEADING: Spans = [{ text: ' History', bold: true }];
const LEAST_HISTORY = 5;
const LEAST_FIELDS = 4;
const TWO_COLUMNS = 76;

interface Props extends Area {
  readonly shell: Shell;
  readonly detail: DetailModel;
  readonly proxies: Store<ProxyNames>;
  /** Opened, and not only beside the list. */
  readonly opened: boolean;
}

/** Whether an account of this many fields has room beside the list. */
export const fitsBeside = (account: Account, height: number): boolean =>
  Object.keys(account.data).length + account.secretFields.length + LEAST_HISTORY + 15 <= height;

/** One account: what it is, what state it is in and why, and what happened to it. */
export function AccountDetail({ shell, detail, proxies, opened, width, height }: Props): ReactNode {
  useMinute(shell);
  const view = useStore(detail.view);
  const { labels } = useStore(proxies);
  const { account } = view;
  const inside = height - 2;
  if (account === undefined) return <Panel title="—" width={width} height={height} />;
  const now = shell.now();
  if (view.whole)
    return (
      <Panel title={`${account.label} · history`} width={width} height={height}>
        <Lines lines={[[], ...historyLines(view, now, inside - 1)].slice(0, inside)} width={width - 2} />
      </Panel>
    );
  const state = stateLines(account, now, width - 2);
  const room = inside - state.length;
  const factsWith = (fields: number): Spans[] => factLines(account, view, { now, proxy: labels.get(account.id), fields });
  const all = factsWith(Infinity);
  // Beside the list its history matters more than the last of its fields: Enter shows them all.
  const lacking = opened ? 0 : LEAST_HISTORY + 2 - (room - all.length);
  const facts = lacking > 0 ? factsWith(Math.max(LEAST_FIELDS, Object.keys(account.data).length - lacking - 1)) : all;
  const below = room - facts.length - 2;
  // Where few lines are left for the history, it stands beside the facts.
  const beside = below < LEAST_HISTORY && width >= TWO_COLUMNS;
  // What has no room on the left goes above the history.
  const over = beside ? facts.slice(room) : [];
  const above = over.length > 0 ? [...over, []] : [];
  const history = [HEADING, ...historyLines(view, now, beside ? room - 1 - above.length : below)];
  const half = Math.floor((width - 2) / 2);
  return (
    <Panel title={account.label} width={width} height={height}>
      <Lines lines={state.slice(0, inside)} width={width - 2} />
      {beside ? (
        <Box>
          <Box flexDirection="column" width={half}>
            <Lines lines={facts} width={half} height={room} />
          </Box>
          <Box flexDirection="column">
            <Lines lines={[...above, ...history]} width={width - 2 - half} height={room} />
          </Box>
        </Box>
      ) : (
        <Lines lines={[...facts, [], ...history].slice(0, Math.max(0, room))} width={width - 2} />
      )}
    </Panel>
  );
}
