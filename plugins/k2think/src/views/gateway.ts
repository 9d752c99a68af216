import { latencyText, type ReadView, type RotationFigure, type ViewSection } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import type { K2ThinkService } from '../service.ts';

const SHOWN = 200;

const REQUESTS = 30;

const inWords = (ms: number): string => {
  const seconds = Math.ceil(Math.max(0, ms) / 1_000);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
};

const clock = ({ availableAt, inFlight }: RotationFigure, now: number): string => {
  if (availableAt === null) return inFlight > 0 ? 'busy' : 'away';
  return availableAt <= now ? 'free' : `in ${inWords(availableAt - now)}`;
};

/** Who is asked most, then who served most, stands first. */
const busiest = (left: RotationFigure, right: RotationFigure): number =>
  right.inFlight - left.inFlight || right.uses - left.uses || right.served - left.served || (left.label < right.label ? -1 : 1);

const read: ReadView<Config, Account> = async (context) => {
  const service = await context.service<K2ThinkService>();
  const now = context.now();
  const stats = service.stats();
  const { counts } = stats;
  const { limit } = service.rotation.settings.limits;
  const rows = service.rotation.figures().toSorted(busiest);
  const lastSecond = stats.perSecond.at(-2) ?? 0;
  const { latency, recent, errors: kinds, requests } = service.rotation.report();
  const errors: ViewSection[] =
    service.troubles().length + kinds.length === 0
      ? []
      : [
          {
            kind: 'table',
            title: 'Errors by kind',
            columns: [
              { key: 'kind', title: 'KIND' },
              { key: 'count', title: 'COUNT', align: 'right' },
            ],
            rows: kinds.map(({ kind, count }) => ({ kind, count })),
          },
          {
            kind: 'log',
            title: 'Errors, the oldest first',
            lines: service
              .troubles()
              .toReversed()
              .map(({ at, account, status, code, message }) => ({
                at,
                from: account ?? 'nobody',
                text: `${status} ${code}: ${message}`,
                tone: status >= 500 ? 'bad' : 'warn',
              })),
          },
        ];
  return {
    sections: [
      {
        kind: 'facts',
        facts: [
          {
            label: 'Listens at',
            value: stats.urls.join(', ') || 'not open: muster run k2think.gateway',
            tone: stats.urls.length > 0 ? 'good' : 'warn',
          },
          { label: 'API key', value: 'muster token create <name> --scope operate', tone: 'dim' },
          { label: 'Strategy', value: `${stats.strategy}, ${limit} in ${inWords(service.rotation.settings.limits.windowMs)}` },
          { label: 'Accounts', value: `${stats.free} free of ${stats.accounts}`, tone: stats.free > 0 ? 'good' : 'bad' },
          {
            label: 'Next free',
            value: stats.free > 0 ? 'now' : stats.nextAt === null ? 'not by itself' : `in ${inWords(stats.nextAt - now)}`,
          },
          { label: 'Requests/s', value: lastSecond },
          {
            label: 'Answers',
            value: latency ? `${latencyText(latency.p50)} p50, ${latencyText(latency.p95)} p95` : 'none lately',
          },
          { label: 'Room in the windows', value: `${requests.left} of ${requests.limit}` },
          { label: 'In flight', value: stats.inFlight },
          { label: 'Waiting', value: stats.waiting, tone: stats.waiting > 0 ? 'warn' : 'plain' },
          { label: 'Answered', value: counts.answered + counts.streamed, tone: 'good' },
          { label: 'Failed', value: counts.failed, tone: counts.failed > 0 ? 'bad' : 'plain' },
          { label: 'Moved to another account', value: counts.moved },
          { label: 'Hung up', value: counts.hungUp },
          { label: 'Tokens', value: counts.tokens },
        ],
      },
      { kind: 'spark', title: 'Requests of the last minute', values: stats.perSecond },
      {
        kind: 'table',
        title: rows.length > SHOWN ? `Accounts: the ${SHOWN} busiest of ${rows.length}` : 'Accounts',
        columns: [
          { key: 'label', title: 'ACCOUNT' },
          { key: 'window', title: 'WINDOW', align: 'right' },
          { key: 'running', title: 'RUNNING', align: 'right' },
          { key: 'free', title: 'FREE' },
          { key: 'served', title: 'SERVED', align: 'right' },
          { key: 'limited', title: '429', align: 'right' },
          { key: 'failed', title: 'FAILED', align: 'right' },
          { key: 'tokens', title: 'TOKENS', align: 'right' },
          { key: 'id', title: 'ID' },
        ],
        rows: rows.slice(0, SHOWN).map((figure) => ({
          label: figure.label,
          window: `${figure.uses}/${figure.limit}`,
          running: figure.inFlight,
          free: clock(figure, now),
          served: figure.served,
          limited: figure.limited,
          failed: figure.failed,
          tokens: figure.tokens,
          id: figure.id,
        })),
      },
      ...errors,
      {
        kind: 'log',
        title: 'Requests, the oldest first',
        lines: recent
          .slice(0, REQUESTS)
          .toReversed()
          .map(({ at, label, model, status, durationMs, tokens, error }) => ({
            at,
            from: label,
            text: [status, model, latencyText(durationMs), tokens === undefined ? undefined : `${tokens} tokens`, error]
              .filter((part) => part !== undefined)
              .join('  '),
            tone: error === undefined && status < 400 ? 'plain' : 'warn',
          })),
      },
    ],
  };
};

export default read;
