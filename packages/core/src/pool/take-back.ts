import type { AccountRecord } from '../accounts/account-record.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import { OWNER, type Beside, type LeaseOutcome, type LeaseRef, type TakeBackRequest, type TakenBack } from './pool.ts';

const BATCH = 500;
const RETRIES = 10;

export interface TakeBackParts {
  readonly store: Store;
  /** Ends a lease. */
  readonly end: (lease: LeaseRef, outcome: LeaseOutcome) => Operation;
  /** A verdict on an account that is free, under the fence that is told. */
  readonly judge: (account: { readonly id: string; readonly fence: number }, outcome: LeaseOutcome) => Operation | undefined;
}

/** Ends hand-outs before their time, 500 a commit; says which were ended and which have moved on. */
export async function takeBack({ store, end, judge }: TakeBackParts, request: TakeBackRequest): Promise<TakenBack> {
  const { plugin, accounts, holder, outcome, beside } = request;

  const decide = (record: AccountRecord | undefined, fence: number): 'moved' | 'as-it-is' | Operation => {
    if (!record || record.plugin !== plugin || record.fence !== fence) return 'moved';
    const { id, lease } = record;
    if (lease) {
      const theirs = holder === undefined ? lease.holder.startsWith(OWNER) : lease.holder === holder;
      const ref = { id, fence, holder: lease.holder, ...(lease.from && { from: lease.from }) };
      return theirs ? end(ref, outcome) : 'moved';
    }
    // It came back by itself: nobody has had it since, so the word of its last holder still counts.
    return (record.state === 'ready' ? judge(record, outcome) : undefined) ?? 'as-it-is';
  };
  const batch = async (wanted: TakeBackRequest['accounts']): Promise<TakenBack & { readonly also?: Beside | undefined }> => {
    for (let tries = 1; ; tries += 1) {
      const ids = oneOf(
        'id',
        wanted.map(({ id }) => id),
      );
      const found = await store.list<AccountRecord>('accounts', { where: ids });
      const records = new Map(found.map((record) => [record.id, record]));
      const moved: string[] = [];
      const taken: AccountRecord[] = [];
      const operations: Operation[] = [];
      for (const { id, fence } of wanted) {
        const record = records.get(id);
        const decided = decide(record, fence);
        if (decided === 'moved' || !record) moved.push(id);
        else if (decided !== 'as-it-is') {
          operations.push(decided);
          taken.push(record);
        }
      }
      try {
        if (operations.length === 0) return { taken, moved };
        const also = beside?.(taken);
        await store.commit(also ? [...operations, also.operation] : operations);
        return { taken, moved, also };
      } catch (error) {
        // One of them changed in between: look at all of them again.
        if (!refused(error) || tries === RETRIES) throw error;
      }
    }
  };

  const distinct = [...new Map(accounts.map((account) => [account.id, account])).values()];
  const taken: AccountRecord[] = [];
  const moved: string[] = [];
  for (let at = 0; at < distinct.length; at += BATCH) {
    const done = await batch(distinct.slice(at, at + BATCH));
    taken.push(...done.taken);
    moved.push(...done.moved);
    await done.also?.tell();
  }
  return { taken, moved };
}
