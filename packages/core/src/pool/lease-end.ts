import type { AccountState, JsonObject } from '@muster/sdk';
import type { AccountRecord, LeasedFrom } from '../accounts/account-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Patch } from '../ports/store.ts';
import type { Circle } from './circle.ts';
import { cooldownEnd } from './cooldown.ts';
import { OWNER, type LeaseOutcome, type LeaseRef } from './pool.ts';

/** What is remembered of a lease while it lasts, so that ending it needs no read. */
interface LeaseNote {
  readonly fence: number;
  /** The place it goes to when used; undefined: the end of the circle. */
  readonly place: number | undefined;
  readonly windowStart: number;
  readonly windowUses: number;
}

export interface LeaseEnds {
  /** To be called for every lease as it is given. */
  remember(record: AccountRecord, place?: number): void;
  /** The operation that ends a lease, refused by the store when the lease has moved on; with the time the account comes back. */
  end(lease: LeaseRef, outcome: LeaseOutcome): { readonly operation: Operation; readonly dueAt: number | null };
  /** The operation that makes an account used now and gives it to an owner, or frees it when `until` is null. */
  handOut(lease: LeaseRef, to: { readonly holder: string; readonly until: number | null }): Operation;
  /** The operation that wakes an account that is due: from its cooldown, or from a lease that was never ended. */
  wake(record: AccountRecord, readyWord: string | null): Operation;
}

export const update = (lease: LeaseRef, patch: Patch): Operation => ({
  update: 'accounts',
  id: lease.id,
  patch,
  if: { fence: lease.fence, 'lease.holder': lease.holder },
});

/** The record of a lease. An owner's name stands apart as well, to be counted by. */
export function leaseOf(
  { holder, from }: { readonly holder: string; readonly from?: LeasedFrom },
  expiresAt: number,
): JsonObject {
  const owner = holder.startsWith(OWNER) ? { owner: holder.slice(OWNER.length) } : {};
  return { holder, expiresAt, ...(from && { from: { ...from } }), ...owner };
}

const restsByChoice = (from: LeasedFrom | undefined): AccountState | undefined =>
  from && (from.state === 'paused' || from.state === 'retired') ? from.state : undefined;

export function createLeaseEnds(deps: { readonly circle: Circle; readonly clock: Clock; readonly windowMs: number }): LeaseEnds {
  const { circle, clock, windowMs } = deps;
  const notes = new Map<string, LeaseNote>();

  const takeNote = ({ id, fence }: { readonly id: string; readonly fence: number }): LeaseNote | undefined => {
    const note = notes.get(id);
    if (note?.fence !== fence) return undefined;
    notes.delete(id);
    return note;
  };
  // Stays in the map, so that a commit that failed can be tried again; the next lease has another fence.
  const askedFor = ({ id, fence }: { readonly id: string; readonly fence: number }): AccountState | undefined => {
    const pending = circle.pending.get(id);
    return pending?.fence === fence ? pending.state : undefined;
  };
  const use = (note: LeaseNote | undefined): { order: number; usedAt: number; windowStart: number; windowUses: number } => {
    const now = clock.now();
    const goesOn = note !== undefined && now - note.windowStart < windowMs;
    return {
      order: note?.place ?? circle.end(),
      usedAt: now,
      windowStart: goesOn ? note.windowStart : now,
      windowUses: goesOn ? note.windowUses + 1 : 1,
    };
  };
  const after = (lease: LeaseRef, outcome: LeaseOutcome): { state: AccountState; dueAt: number | null } => {
    const asked = askedFor(lease);
    if (asked) return { state: asked, dueAt: null };
    const { from } = lease;
    const said = outcome.change?.state;
    switch (outcome.kind) {
      case 'used':
        return { state: said ?? restsByChoice(from) ?? 'ready', dueAt: null };
      case 'unused':
      case 'tried':
        return said ? { state: said, dueAt: null } : { state: from?.state ?? 'ready', dueAt: from?.dueAt ?? null };
      case 'rest': {
        const chosen = restsByChoice(from);
        return chosen ? { state: chosen, dueAt: null } : { state: 'cooling', dueAt: cooldownEnd(outcome.until, clock.now()) };
      }
      default:
        return { state: said ?? 'failed', dueAt: null };
    }
  };
  const words = ({ kind, change }: LeaseOutcome): { status?: string | null; why?: string | null } => {
    const why = change?.why !== undefined ? { why: change.why } : kind === 'used' ? { why: null } : {};
    return { ...(change?.status !== undefined && { status: change.status }), ...why };
  };

  return {
    remember(record, place) {
      const { id, fence, windowStart, windowUses, pending } = record;
      notes.set(id, { fence, place, windowStart, windowUses });
      if (pending) circle.pending.set(id, { state: pending, fence });
      else circle.pending.delete(id);
    },
    end(lease, outcome) {
      const { state, dueAt } = after(lease, outcome);
      const note = takeNote(lease);
      const freed = { state, dueAt, lease: null, pending: null, ...words(outcome) };
      if (outcome.kind === 'unused') return { operation: update(lease, { set: freed }), dueAt };
      const used = { ...freed, ...use(note) };
      const succeeded = outcome.kind === 'used';
      const tries = outcome.kind === 'tried' || outcome.kind === 'failed' ? { tries: 1 } : {};
      const patch = { set: succeeded ? { ...used, tries: 0 } : used, add: { uses: 1, ...tries } };
      return { operation: update(lease, patch), dueAt };
    },
    handOut(lease, { holder, until }) {
      const used = use(takeNote(lease));
      const add = { uses: 1 };
      if (until !== null) {
        const handed = { state: 'busy', lease: leaseOf({ holder }, until), dueAt: until, why: null };
        return update(lease, { set: { ...used, ...handed }, add });
      }
      const freed = { state: askedFor(lease) ?? 'ready', lease: null, dueAt: null, pending: null, why: null };
      return update(lease, { set: { ...used, ...freed }, add });
    },
    wake(record, readyWord) {
      const { id, fence, dueAt, lease } = record;
      const guard = { fence, dueAt };
      if (!lease) {
        const set = { state: 'ready', dueAt: null, order: circle.end(), status: readyWord, why: null };
        return { update: 'accounts', id, patch: { set }, if: guard };
      }
      takeNote(record);
      const asked = record.pending;
      const back = asked
        ? { state: asked, dueAt: null }
        : { state: lease.from?.state ?? 'ready', dueAt: lease.from?.dueAt ?? null };
      const why = record.state === 'needs-you' ? { why: null } : {};
      return { update: 'accounts', id, patch: { set: { ...back, ...why, lease: null, pending: null } }, if: guard };
    },
  };
}
