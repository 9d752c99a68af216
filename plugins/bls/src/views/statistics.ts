import type { ReadView, ViewSection } from '@muster/sdk';
import { attemptFigures } from '../figures/attempt-figures.ts';
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
        { label: 'Success rate', value: percent(figures.successRate) },
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
    {
      kind: 'table',
      title: 'By day',
      columns: [
        { key: 'day', title: 'Day' },
        { key: 'attempts', title: 'Attempts', align: 'right' },
        { key: 'registered', title: 'Registered', align: 'right' },
        { key: 'rate', title: 'Rate', align: 'right' },
      ],
      rows: figures.days.map(({ day, registered, attempts: all }) => ({
        day,
        attempts: all,
        registered,
        rate: percent(all === 0 ? null : registered / all),
      })),
    },
    {
      kind: 'table',
      title: 'By proxy',
      columns: [
        { key: 'proxy', title: 'Proxy' },
        { key: 'attempts', title: 'Attempts', align: 'right' },
        { key: 'registered', title: 'Registered', align: 'right' },
        { key: 'mean', title: 'Mean', align: 'right' },
      ],
      rows: figures.proxies.map(({ proxy, attempts: all, registered, meanMs }) => ({
        proxy,
        attempts: all,
        registered,
        mean: seconds(meanMs),
      })),
    },
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

const barsOf = (counts: Readonly<Record<string, number>>, of: number) =>
  Object.entries(counts).map(([label, value]) => ({ label, value, of }));
