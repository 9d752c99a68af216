import type { ReadView, ViewSection } from '@muster/sdk';
import { attemptFigures, type Share } from '../figures/attempt-figures.ts';
import { countsOf } from '../figures/counts.ts';
import type { Account, Config } from '../schemas.ts';
import type { BlsService } from '../service.ts';

const DAY_MS = 86_400_000;
const SPANS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30 };
const seconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1_000).toFixed(1)} s`);
const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);

/** Totals by both statuses, how well it goes, what goes wrong, and where. */
const read: ReadView<Config, Account> = async ({ accounts, params, now, service, jobs }) => {
  const span = params['span'] !== undefined && params['span'] in SPANS ? params['span'] : 'week';
  const days = SPANS[span] ?? 7;
  const bls = await service<BlsService>();
  const [counts, attempts, running] = await Promise.all([
    countsOf(accounts),
    bls.attempts.list(now() - days * DAY_MS),
    jobs.list({ limit: 50 }),
  ]);
  const figures = attemptFigures(attempts, { now: now(), days });
  const browser = bls.browsers().figures();
  const paused = [...bls.gates()].filter(([, gate]) => gate.state().pausedUntil > now());
  const open = running.filter(({ endedAt }) => endedAt === null);
  const sections: ViewSection[] = [
    ...(paused.length > 0
      ? [
          {
            kind: 'facts' as const,
            title: 'Sites that turned us away',
            facts: paused.map(([site, gate]) => ({
              label: site,
              value: `${Math.ceil((gate.state().pausedUntil - now()) / 1_000)} s more: ${gate.state().why}`,
              tone: 'bad' as const,
            })),
          },
        ]
      : []),
    {
      kind: 'facts',
      title: 'Registrations',
      facts: [
        { label: 'Attempts', value: figures.attempts },
        { label: 'Registered', value: figures.registered, tone: 'good' },
        { label: 'Success rate', value: percent(figures.rate) },
        { label: 'Mean', value: seconds(figures.meanMs) },
        { label: 'p95', value: seconds(figures.p95Ms) },
        ...open.map(({ action, done, failed, total }) => ({
          label: `Running: ${action}`,
          value: `${done + failed} of ${total}, ${failed} failed`,
        })),
      ],
    },
    { kind: 'bars', title: 'Accounts by status', bars: barsOf(counts.status, counts.total) },
    { kind: 'bars', title: 'By BLS status', bars: barsOf(counts.bls, counts.total) },
    {
      kind: 'bars',
      title: 'Errors by kind',
      bars: figures.errors.map(({ kind, count }) => ({ label: kind, value: count, of: figures.attempts, tone: 'bad' as const })),
    },
    { kind: 'spark', title: 'Registered each day', values: figures.days.map(({ registered }) => registered) },
    shares(
      'By day',
      'Day',
      figures.days.map((one) => [one.day, one]),
    ),
    shares(
      'By proxy',
      'Proxy',
      figures.proxies.map((one) => [one.proxy, one]),
    ),
    {
      kind: 'facts',
      title: 'Browser',
      facts: [
        { label: 'Process', value: browser.pid === null ? 'none' : String(browser.pid) },
        { label: 'Pages open', value: browser.contexts },
        { label: 'Memory', value: `${Math.round(browser.memoryBytes / 1e6)} MB` },
        { label: 'Crashes', value: browser.crashes },
        { label: 'Replaced', value: browser.recycled },
      ],
    },
  ];
  return { sections, choices: Object.keys(SPANS).map((one) => ({ title: `Last ${one}`, params: { span: one } })) };
};
export default read;

/** A row for each group of attempts: how many, how well, how long, and what mostly went wrong. */
const shares = (title: string, of: string, groups: readonly (readonly [string, Share])[]): ViewSection => ({
  kind: 'table',
  title,
  columns: [
    { key: 'name', title: of },
    { key: 'attempts', title: 'Attempts', align: 'right' },
    { key: 'registered', title: 'Registered', align: 'right' },
    { key: 'rate', title: 'Rate', align: 'right' },
    { key: 'mean', title: 'Mean', align: 'right' },
    { key: 'failed', title: 'Mostly failed by' },
  ],
  rows: groups.map(([name, { attempts, registered, rate, meanMs, mostlyFailed }]) => ({
    name,
    attempts,
    registered,
    rate: percent(rate),
    mean: seconds(meanMs),
    failed: mostlyFailed,
  })),
});

const barsOf = (counts: Readonly<Record<string, number>>, of: number) =>
  Object.entries(counts).map(([label, value]) => ({ label, value, of }));
