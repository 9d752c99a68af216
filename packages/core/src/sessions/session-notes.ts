import { MusterError, safeText, SESSION_STATES } from '@muster/sdk';
import type { Challenge, Json, JsonObject, SessionFigures, SessionReport, SessionState } from '@muster/sdk';
import type { EventLevel, NewEvent } from '../events/event.ts';
import type { Redactor } from '../events/events.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';

const MAX_WHY = 500;
const MAX_WORD = 100;
/** A QR code holds no more. */
const MAX_CHALLENGE = 2_953;
const LEVELS: Readonly<Record<SessionState, EventLevel>> = {
  opening: 'info',
  'needs-operator': 'ask',
  ready: 'info',
  lost: 'warn',
  closed: 'info',
};
const FIGURES = ['memoryBytes', 'cpuPercent', 'lastActivityAt', 'queued', 'reconnects', 'remedies'] as const;

export type Wish = Partial<Pick<SessionRecord, 'wanted' | 'parked' | 'input' | 'openedBy' | 'openedAt'>>;

/** What is known of one session: told to watchers at once, kept in the store as it comes. */
export interface SessionNotes {
  readonly record: SessionRecord;
  readonly challenge: Challenge | null;
  readonly challengeAt: number | null;
  readonly figures: SessionFigures;
  /** A change of state, cleaned. BAD_INPUT for what is no report. */
  tell(report: SessionReport): void;
  measure(figures: SessionFigures): void;
  /** What is to be; on disk when it resolves. */
  wish(change: Wish): Promise<void>;
  /** Resolves when all is written, or cannot be. */
  flush(): Promise<void>;
}

export interface SessionNotesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly policy: SessionPolicy;
  readonly say: (event: NewEvent) => void;
  readonly changed: () => void;
  readonly label: () => string;
}

export function createSessionNotes(deps: SessionNotesDeps, initial: SessionRecord, stored: boolean): SessionNotes {
  const { store, clock, redactor, policy, say } = deps;
  let record = initial;
  let challenge: Challenge | null = null;
  let challengeAt: number | null = null;
  let figures: SessionFigures = {};
  let there = stored;
  let saving: Promise<void> | undefined;
  let again = false;

  const clean = (text: string | undefined, most: number): string | null =>
    text === undefined || text === '' ? null : safeText(redactor.redact(text), most);

  async function write(): Promise<void> {
    const { id, ...fields } = record;
    const set = structuredClone(fields) as unknown as JsonObject;
    await store.commit([
      there ? { update: 'sessions', id, patch: { set } } : { insert: 'sessions', document: { id, ...fields } },
    ]);
    there = true;
  }
  /** One write at a time; those that come meanwhile are one more. */
  function save(): Promise<void> {
    if (saving) {
      again = true;
      return saving;
    }
    saving = (async () => {
      try {
        do {
          again = false;
          await write();
        } while (again);
      } finally {
        saving = undefined;
      }
    })();
    return saving;
  }
  const saveSoon = (): void => {
    save().catch((thrown: unknown) => {
      const message = `${deps.label()}: the state of its session could not be kept: ${(thrown as Error).message}`;
      say({ level: 'warn', type: 'session.not-kept', message, plugin: record.plugin, account: record.id });
    });
  };

  function note(state: SessionState, status: string | null, why: string | null): void {
    const { history } = record;
    const at = clock.now();
    if (record.state === state && record.status === status) {
      if (record.why === why) return;
      const [newest, ...older] = history;
      record = { ...record, why, history: newest ? [{ ...newest, why }, ...older] : [{ at, state, status, why }] };
      return saveSoon();
    }
    const since = record.state === state ? record.since : at;
    const kept = [{ at, state, status, why }, ...history].slice(0, policy.history);
    record = { ...record, state, status, why, since, history: kept };
    saveSoon();
    const word = status === null || status === state ? state : `${state} (${status})`;
    say({
      level: LEVELS[state],
      type: `session.${state}`,
      message: `${deps.label()}: session ${word}${why === null ? '' : `: ${why}`}`,
      plugin: record.plugin,
      account: record.id,
      fields: { state, status, why },
    });
  }

  return {
    get record() {
      return record;
    },
    get challenge() {
      return challenge;
    },
    get challengeAt() {
      return challengeAt;
    },
    get figures() {
      return figures;
    },
    tell({ state, status, why, challenge: asked, ended = false }) {
      if (!SESSION_STATES.includes(state)) {
        throw new MusterError('BAD_INPUT', `"${state}" is no state of a session; there are: ${SESSION_STATES.join(', ')}.`);
      }
      const before = challenge?.text;
      challenge = checkChallenge(asked);
      // Grows with each, also when two come in the same millisecond.
      if (challenge?.text !== before) challengeAt = challenge && Math.max(clock.now(), (challengeAt ?? 0) + 1);
      if (ended || state === 'opening' || state === 'closed') figures = withoutLoad(figures);
      note(state, clean(status, MAX_WORD), clean(why, MAX_WHY));
      deps.changed();
    },
    measure(given) {
      const known = FIGURES.flatMap((name): [string, Json][] => {
        const value = given[name];
        return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[name, value]] : [];
      });
      figures = { ...figures, ...Object.fromEntries(known) };
      deps.changed();
    },
    async wish(change) {
      const before = record;
      record = { ...record, ...change };
      try {
        await save();
        // What was being written when this came may be older than it.
        if (again) await save();
      } catch (thrown) {
        const { wanted, parked, input, openedBy, openedAt } = before;
        record = { ...record, wanted, parked, input, openedBy, openedAt };
        throw thrown;
      }
      deps.changed();
    },
    async flush() {
      await saving?.catch(() => undefined);
    },
  };
}

function checkChallenge(asked: Challenge | undefined): Challenge | null {
  if (asked === undefined) return null;
  const { kind, text, expiresAt } = asked;
  if (text === '' || Buffer.byteLength(text) > MAX_CHALLENGE) {
    throw new MusterError('BAD_INPUT', `A challenge is a text of 1 to ${MAX_CHALLENGE} bytes, not ${Buffer.byteLength(text)}.`);
  }
  return { kind, text, expiresAt };
}

/** What does not run needs nothing. */
const withoutLoad = ({ memoryBytes: _memory, cpuPercent: _cpu, ...rest }: SessionFigures): SessionFigures => rest;
