import {
  ApiError,
  type RotationInfo,
  type Session,
  type SessionChallenge,
  type SessionList,
  type ViewContent,
} from '@muster/api';

/** What a fake host keeps open. */
export interface FakeLive {
  sessions: Session[];
  /** By account: what a person has to scan or type. */
  challenges: Record<string, SessionChallenge>;
  rotations: RotationInfo[];
  /** By `plugin.view`: made anew for each question. */
  pages: Record<string, (query: Readonly<Record<string, unknown>>) => ViewContent>;
}

interface Args {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

export const fakeSession = (label: string, change: Partial<Session> = {}): Session => ({
  account: `id-${label}`,
  plugin: 'demo',
  label,
  state: 'ready',
  status: 'online',
  why: null,
  since: 1_000,
  open: true,
  parked: false,
  openedBy: 'local',
  openedAt: 1_000,
  reopensAt: null,
  turn: null,
  challenge: null,
  figures: { memoryBytes: 52_000_000, cpuPercent: 0.4, queued: 2, reconnects: 1 },
  history: [
    { at: 2_000, state: 'ready', status: 'online', why: null },
    { at: 1_000, state: 'opening', status: null, why: 'the host started' },
  ],
  ...change,
});

export const fakeRotation = (accounts: number, change: Partial<RotationInfo> = {}): RotationInfo => ({
  plugin: 'demo',
  urls: ['http://127.0.0.1:8790/v1'],
  strategy: 'least-used',
  limits: { limit: 10, windowMs: 60_000, cooldownMs: 30_000 },
  totals: {
    accounts,
    free: accounts - 1,
    inFlight: 1,
    waiting: 0,
    perSecond: Array.from({ length: 60 }, (_, second) => second % 4),
    served: 1_204,
    failed: 7,
    limited: 2,
    tokens: 88_000,
  },
  figures: Array.from({ length: accounts }, (_, at) => ({
    id: `a${at}`,
    label: `lab-${String(at).padStart(2, '0')}`,
    uses: at % 11,
    limit: 10,
    inFlight: at === 1 ? 1 : 0,
    availableAt: null,
    restUntil: null,
    served: 100 - at,
    failed: 0,
    limited: 0,
    tokens: 1_000,
  })),
  latency: { p50: 612, p95: 2_900 },
  requests: { limit: 10 * accounts, left: 6 * accounts, fullAt: 60_000 },
  tokens: null,
  errors: [{ kind: 'RATE_LIMIT_EXCEEDED', count: 2, lastAt: 1_000 }],
  recent: [
    { at: 2_000, account: 'a1', label: 'lab-01', status: 200, durationMs: 612, model: 'K2', tokens: 80 },
    { at: 1_000, account: 'a2', label: 'lab-02', status: 429, durationMs: 11, model: 'K2', error: 'RATE_LIMIT_EXCEEDED' },
  ],
  ...change,
});

export const sessionListOf = ({ sessions }: FakeLive): SessionList => ({
  sessions: sessions.map(({ history: _history, ...row }) => row),
  limits: { max: 20, memoryBytes: 4_000_000_000, launchesAtOnce: 2 },
  usage: {
    open: sessions.filter(({ open }) => open).length,
    memoryBytes: sessions.reduce((sum, { figures }) => sum + (figures.memoryBytes ?? 0), 0),
    near: false,
  },
});

const sessionOf = (host: FakeLive, { params }: Args): Session => {
  const found = host.sessions.find(({ account, label }) => account === params?.['account'] || label === params?.['account']);
  if (!found) throw new ApiError('NOT_FOUND', `There is no account "${String(params?.['account'])}".`);
  return found;
};
const change = (host: FakeLive, args: Args, to: Partial<Session>): Session => {
  const changed = { ...sessionOf(host, args), ...to };
  host.sessions = host.sessions.map((session) => (session.account === changed.account ? changed : session));
  return changed;
};

export const LIVE_ANSWERS = {
  listSessions: sessionListOf,
  getSession: sessionOf,
  openSession: (host: FakeLive, args: Args) =>
    change(host, args, { open: true, parked: false, state: 'opening', why: 'opened by local', reopensAt: null }),
  closeSession: (host: FakeLive, args: Args) => change(host, args, { open: false, state: 'closed', why: 'closed by local' }),
  sessionChallenge: (host: FakeLive, args: Args) => host.challenges[sessionOf(host, args).account],
  listRotations: (host: FakeLive, { query }: Args) => {
    const offset = Number(query?.['offset'] ?? 0);
    const end = offset + Number(query?.['limit'] ?? 100);
    return { rotations: host.rotations.map((one) => ({ ...one, figures: one.figures.slice(offset, end) })) };
  },
  readView: (host: FakeLive, { params, query = {} }: Args) => {
    const page = host.pages[`${String(params?.['plugin'])}.${String(params?.['view'])}`];
    if (!page) throw new ApiError('NOT_FOUND', 'There is no such page.');
    return page(query);
  },
};
