import { MusterError, toMusterError } from '@muster/sdk';
import type { AccountChange, AccountState } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { leaseRef, SESSION_HOLDER } from '../jobs/account-lease.ts';
import type { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { LeaseOutcome, Pool } from '../pool/pool.ts';
import type { Store } from '../ports/store.ts';

/** A person may ask for the session of an account that failed or waits for them: that is how it is mended. */
const FROM: readonly AccountState[] = ['ready', 'needs-you', 'cooling', 'failed'];

type Data = Readonly<Record<string, unknown>>;

/** An account on lease for as long as its session is open. */
export interface SessionLease {
  readonly account: AccountRecord | undefined;
  /** Leases it, or reads it anew when it is held already. Errors as with `Pool.leaseOne`. */
  take(): Promise<AccountRecord>;
  /** Waits for a person with this question, or does not any more. In order, in the background. */
  attend(question: string | null): void;
  change(change: AccountChange<Data>): Promise<AccountRecord>;
  /** Ends it with what became of the account. One that is gone already is no error. */
  end(outcomeOf: (account: AccountRecord) => LeaseOutcome): Promise<void>;
  /** Stops renewing; the lease itself stays, and a host that starts again takes it up. */
  leave(): Promise<void>;
}

export interface SessionLeaseDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly keeper: LeaseKeeper;
  readonly ttlMs: number;
  readonly changeAccount: (account: AccountRecord, change: AccountChange<Data>) => Promise<AccountRecord>;
  /** Somebody else had the account meanwhile. */
  readonly lost: (error: Error) => void;
}

export function createSessionLease(deps: SessionLeaseDeps, id: string): SessionLease {
  const { store, pool, keeper, ttlMs } = deps;
  const wanted = { holder: `${SESSION_HOLDER}${id}`, ttlMs, from: FROM };
  let account: AccountRecord | undefined;
  let asked: string | null = null;
  let letGo: (() => void) | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const lease = async (): Promise<AccountRecord> => {
    const leased = await pool.leaseOne(id, wanted);
    account = leased;
    asked = null;
    letGo ??= keeper.keep(async () => (account ? [leaseRef(account)] : []), onLost);
    return leased;
  };
  /** After a machine slept, the lease may have ended with nobody having had the account since: then nothing happened. */
  const onLost = (error: Error): void => {
    void inTurn(async () => {
      const before = account;
      if (!before) return;
      const question = asked;
      try {
        const now = await lease();
        if (now.fence !== before.fence + 1) throw error;
        if (question !== null) await ask(question);
      } catch (thrown) {
        account = undefined;
        stop();
        deps.lost(toMusterError(thrown));
      }
    });
  };
  const stop = (): void => {
    letGo?.();
    letGo = undefined;
  };
  const ask = async (question: string | null): Promise<void> => {
    if (!account || question === asked) return;
    await pool.attend(leaseRef(account), question);
    asked = question;
  };

  return {
    get account() {
      return account;
    },
    take: () =>
      inTurn(async () => {
        const now = account && (await store.get<AccountRecord>('accounts', id));
        if (now && now.fence === account?.fence && now.lease?.holder === wanted.holder) return (account = now);
        return lease();
      }),
    attend(question) {
      // That an account is shown as busy where it waits is a blemish; a lease that is lost is found at its renewal.
      void inTurn(() => ask(question)).catch(() => undefined);
    },
    change: (change) =>
      inTurn(async () => {
        if (!account) throw new MusterError('LEASE_LOST', 'The session does not hold its account any more; nothing was changed.');
        return (account = await deps.changeAccount(account, change));
      }),
    end: (outcomeOf) =>
      inTurn(async () => {
        stop();
        const ending = account;
        account = undefined;
        if (!ending) return;
        try {
          await pool.finish(leaseRef(ending), outcomeOf(ending));
        } catch (thrown) {
          if (toMusterError(thrown).code !== 'LEASE_LOST') throw thrown;
        }
      }),
    leave: () =>
      inTurn(async () => {
        stop();
      }),
  };
}
