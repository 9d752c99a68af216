import type { MusterEvent, Session, SessionList, SessionRow } from '@muster/api';
import { bar, type Spans, wrap } from '@muster/sdk/ui';
import { bytes, moment, plural, shortSpan, span } from '../../parts/format.ts';
import { SESSION_LOOKS, sessionPhrase } from './session-looks.ts';
import type { SessionsView } from './sessions-model.ts';

const CODE_LIFE_MS = 60_000;
const LABEL = 14;

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const fact = (label: string, value: string): Spans => [faint(` ${label.padEnd(LABEL)}`), value];
const wrapped = (text: string, width: number): Spans[] =>
  wrap(text, Math.max(8, width - 2)).map((line): Spans => [faint(` ${line}`)]);

/** What to do now for a session in this state. */
function adviceOf({ state, open, parked, challenge, turn }: SessionRow): string {
  if (!open) return 'o opens it. It stays open over restarts until it is closed.';
  if (parked) return 'o opens it again and asks anew; nothing runs meanwhile.';
  if (state === 'lost') return 'It comes back by itself; o tries at once.';
  if (state === 'needs-operator' && turn !== null && turn > 0) return 'It asks as soon as those before it are done.';
  if (state === 'needs-operator' && challenge === null) return 'g asks for a code, c for one to type.';
  return '';
}

/** All that is known of one session. */
export function detailLines(
  row: SessionRow,
  { detail, events, width, now }: { detail: Session | null; events: readonly MusterEvent[]; width: number; now: number },
): Spans[] {
  const { sign, word, tone } = SESSION_LOOKS[row.state];
  const { figures } = row;
  const advice = adviceOf(row);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['why', row.why ?? undefined],
    ['since', `${moment(row.since, now)} (${span(Math.max(0, now - row.since))})`],
    ['opened', row.openedBy === '' ? undefined : `${moment(row.openedAt, now)} by ${row.openedBy}`],
    ['opens again', row.reopensAt === null ? undefined : `in ${span(Math.max(0, row.reopensAt - now))}`],
    ['scan queue', row.turn === null ? undefined : row.turn === 0 ? 'its turn' : `${row.turn} before it`],
    ['memory', figures.memoryBytes === undefined ? undefined : bytes(figures.memoryBytes)],
    ['CPU', figures.cpuPercent === undefined ? undefined : `${figures.cpuPercent.toFixed(1)}% of a core`],
    [
      'last activity',
      figures.lastActivityAt === undefined ? undefined : `${shortSpan(Math.max(0, now - figures.lastActivityAt))} ago`,
    ],
    ['queue', figures.queued === undefined ? undefined : String(figures.queued)],
    ['reconnects', String(figures.reconnects ?? 0)],
    ['remedies', figures.remedies === undefined ? undefined : String(figures.remedies)],
  ];
  const history = detail?.account === row.account ? detail.history : [];
  const own = events.filter(({ account, type }) => account === row.account && !type.startsWith('session.')).slice(-12);
  return [
    [],
    [
      { text: ` ${sign} ${word}`, tone, bold: true },
      faint(row.status === null || row.status === row.state ? '' : `  ${row.status}`),
    ],
    [],
    ...facts.flatMap(([label, value]) => (value === undefined ? [] : [fact(label, value)])),
    ...(advice === '' ? [] : [[], ...wrapped(advice, width)]),
    ...(history.length === 0 ? [] : [[], [{ text: ' History', bold: true }] satisfies Spans]),
    ...history.map((step): Spans => {
      const look = SESSION_LOOKS[step.state];
      const said = [step.status === step.state ? null : step.status, step.why].filter((part) => part !== null).join(': ');
      return [
        faint(` ${moment(step.at, now).padEnd(9)}`),
        { text: `${look.sign} ${look.word.padEnd(10)}`, tone: look.tone },
        said,
      ];
    }),
    ...(own.length === 0 ? [] : [[], [{ text: ' Remedies and events', bold: true }] satisfies Spans]),
    ...own
      .toReversed()
      .map((event): Spans => [
        faint(` ${moment(event.at, now).padEnd(9)}`),
        { text: event.message, tone: event.level === 'error' ? 'bad' : event.level === 'warn' ? 'warn' : 'plain' },
      ]),
  ];
}

/** What a person does with the code, and how long it counts. `fits` tells whether it is drawn beside this. */
export function linkLines(
  row: SessionRow,
  {
    challenge,
    fits,
    needed,
    width,
    now,
  }: {
    challenge: NonNullable<SessionsView['challenge']>;
    fits: boolean;
    needed: { readonly columns: number; readonly rows: number } | undefined;
    width: number;
    now: number;
  },
): Spans[] {
  const { kind, text, shownAt, expiresAt } = challenge;
  const steps: readonly string[] =
    kind === 'qr'
      ? [
          'open the app of the service',
          'go to its linked devices, and link one',
          `point it at the code${fits ? ' beside this' : ''}`,
        ]
      : ['open the app of the service', 'go to its linked devices, and link one by number', 'type the code above'];
  const left = expiresAt === null ? undefined : Math.max(0, expiresAt - now);
  const life = expiresAt === null ? CODE_LIFE_MS : Math.max(1, expiresAt - shownAt);
  const countdown: Spans[] =
    left === undefined
      ? []
      : [
          [
            ' ',
            ...[bar(left, life, { width: 20, tone: left < 10_000 ? 'warn' : 'accent' })].flat(),
            faint(left === 0 ? '  a new one comes' : `  new in ${span(left)}`),
          ],
        ];
  const small: Spans[] =
    kind === 'qr' && !fits && needed
      ? [
          ...wrapped(`The QR code needs ${needed.columns} × ${needed.rows} cells, more than this window has.`, width),
          [],
          [' c  a code to type on the phone instead'],
          [' o  the picture as a file'],
          [faint(' or enlarge the window: it is drawn by itself')],
          [],
        ]
      : [];
  return [
    [],
    ...small,
    ...(kind === 'code' ? [[{ text: `     ${text}`, tone: 'accent', bold: true }] satisfies Spans, []] : []),
    [faint(` On the phone of ${row.label}:`)],
    [],
    ...steps.map((step, index): Spans => [{ text: `   ${index + 1}  `, tone: 'accent' }, step]),
    [],
    ...countdown,
    ...(row.why === null ? [] : [[faint(` ${row.why}`)] satisfies Spans]),
    [],
    ...(kind === 'qr' && fits
      ? wrapped('Does not scan? It needs a font without gaps. Else c: a code to type, o: the picture as a file.', width)
      : []),
    [],
    ...wrapped('Only phones that are yours, or whose owner asked for it.', width),
  ];
}

/** Under the list: how much there is, and how much there may be. */
export function limitsText({ usage, limits }: SessionList): string {
  return `${plural(usage.open, 'session')} · ${bytes(usage.memoryBytes)} of ${bytes(limits.memoryBytes)} · limit ${limits.max}`;
}

export const spokenSession = (row: SessionRow, now: number): string =>
  `${row.label}, ${SESSION_LOOKS[row.state].word}, ${sessionPhrase(row, now)}`;
