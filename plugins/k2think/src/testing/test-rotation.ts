import {
  MusterError,
  type Account as Known,
  type RequestRotation,
  type RequestSlot,
  type RotationSettings,
  type SlotOutcome,
  type SlotRequest,
} from '@muster/sdk';
import type { Account } from '../schemas.ts';

interface Member {
  readonly account: Known<Account>;
  times: number[];
  pending: number;
  inFlight: number;
  turn: number;
  restUntil: number;
  /** `failed`, with the word and the reason. */
  out: { readonly status: string | undefined; readonly why: string } | undefined;
  served: number;
  failed: number;
}

/** The promises of the host's rotation over a handful of accounts, in memory, for tests of the gateway alone. */
export interface TestRotation extends RequestRotation<Account> {
  readonly members: readonly Member[];
  /** The clock was turned: whoever waits looks again. */
  wake(): void;
}

export function createTestRotation(
  accounts: readonly Known<Account>[],
  given: RotationSettings,
  now: () => number = Date.now,
): TestRotation {
  let settings = given;
  let turns = 0;
  let waiting = 0;
  const wakers = new Set<() => void>();
  const members: Member[] = accounts.map((account) => ({
    account,
    times: [],
    pending: 0,
    inFlight: 0,
    turn: 0,
    restUntil: 0,
    out: undefined,
    served: 0,
    failed: 0,
  }));
  const limitsOf = (member: Member): RotationSettings['limits'] => ({
    ...settings.limits,
    ...settings.limitsFor?.(member.account),
  });

  const availableAt = (member: Member): number => {
    const { limit, windowMs, maxConcurrent = Infinity } = limitsOf(member);
    member.times = member.times.filter((time) => time > now() - windowMs);
    if (member.out || member.inFlight >= maxConcurrent || member.pending >= limit) return Infinity;
    const used = member.times.length + member.pending;
    const windowed = used < limit ? 0 : (member.times[used - limit] ?? 0) + windowMs;
    return Math.max(member.restUntil, windowed);
  };
  const wake = (): void => {
    for (const each of wakers) each();
  };
  const slotOf = (member: Member): RequestSlot<Account> => {
    let counted = false;
    let over = false;
    const count = (): void => {
      if (counted) return;
      counted = true;
      member.pending--;
      member.times.push(now());
    };
    member.pending++;
    member.inFlight++;
    member.turn = ++turns;
    return {
      account: member.account,
      sent: count,
      finish(outcome: SlotOutcome) {
        if (over) return;
        over = true;
        member.inFlight--;
        if (outcome.kind === 'unused' && !counted) member.pending--;
        else count();
        if (outcome.kind === 'rest') member.restUntil = Math.max(member.restUntil, outcome.until);
        if (outcome.kind === 'failed') member.out = { status: outcome.status, why: outcome.why };
        if (outcome.kind === 'used') member.served++;
        else if (outcome.kind !== 'unused') member.failed++;
        wake();
      },
    };
  };
  const pick = ({ exclude }: Pick<SlotRequest, 'exclude'> = {}): RequestSlot<Account> | undefined => {
    const free = members.filter((member) => !exclude?.has(member.account.id) && availableAt(member) <= now());
    const [next] = free.toSorted((left, right) => left.turn - right.turn);
    if (!next) return undefined;
    const slot = slotOf(next);
    const { limit, cooldownMs } = limitsOf(next);
    if (next.times.length + next.pending >= limit) next.restUntil = Math.max(next.restUntil, now() + cooldownMs);
    return slot;
  };
  const nextAt = (): number | null => {
    const first = Math.min(...members.map(availableAt));
    return Number.isFinite(first) ? first : null;
  };

  return {
    get settings() {
      return settings;
    },
    members,
    wake,
    pick,
    nextAt,
    async acquire({ exclude, maxWaitMs = 0, signal } = {}) {
      const deadline = now() + maxWaitMs;
      for (;;) {
        signal?.throwIfAborted();
        const slot = pick(exclude ? { exclude } : {});
        if (slot) return slot;
        const left = deadline - now();
        const next = nextAt();
        if (left <= 0 || waiting >= (settings.maxWaiting ?? 1_000)) {
          const wait = next === null ? {} : { retryAfterMs: Math.max(1, next - now()) };
          throw new MusterError('NOTHING_AVAILABLE', 'Nobody is free.', wait);
        }
        waiting++;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, Math.max(1, Math.min(left, (next ?? Infinity) - now())));
          function done(): void {
            clearTimeout(timer);
            wakers.delete(done);
            signal?.removeEventListener('abort', done);
            resolve();
          }
          wakers.add(done);
          signal?.addEventListener('abort', done);
        });
        waiting--;
      }
    },
    configure(changed) {
      settings = changed;
      wake();
    },
    figures: () =>
      members
        .filter(({ out }) => !out)
        .map((member) => {
          const at = availableAt(member);
          const { account, times, pending, inFlight, served, failed, restUntil } = member;
          return {
            id: account.id,
            label: account.label,
            uses: times.length + pending,
            limit: limitsOf(member).limit,
            inFlight,
            availableAt: Number.isFinite(at) ? at : null,
            restUntil: restUntil > now() ? restUntil : null,
            served,
            failed,
            limited: 0,
            tokens: 0,
          };
        }),
    totals: () => ({
      accounts: members.filter(({ out }) => !out).length,
      free: members.filter((member) => availableAt(member) <= now()).length,
      inFlight: members.reduce((sum, { inFlight }) => sum + inFlight, 0),
      waiting,
      perSecond: [],
      served: members.reduce((sum, { served }) => sum + served, 0),
      failed: members.reduce((sum, { failed }) => sum + failed, 0),
      limited: 0,
      tokens: 0,
    }),
    get size() {
      return members.filter(({ out }) => !out).length;
    },
    report() {
      const limit = members.reduce((sum, member) => sum + limitsOf(member).limit, 0);
      const used = members.reduce((sum, { times, pending }) => sum + times.length + pending, 0);
      return { latency: null, recent: [], errors: [], requests: { limit, left: limit - used, fullAt: now() }, tokens: null };
    },
    async reset() {
      for (const member of members) Object.assign(member, { times: [], restUntil: 0 });
      wake();
    },
  };
}
