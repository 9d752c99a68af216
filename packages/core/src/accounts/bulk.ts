import { MusterError } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Circle } from '../pool/circle.ts';
import { refused } from '../ports/refused.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import type { AccountRecord } from './account-record.ts';
import type { Accounts, AccountSelection } from './accounts.ts';
import type { Selections } from './selection.ts';

const RETRIES = 10;

/** What is done to many accounts at once, page by page. */
export type Bulk = Pick<Accounts, 'remove' | 'setState'>;

export function createBulk(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly circle: Circle;
  readonly selections: Selections;
  readonly audit: (event: Omit<NewEvent, 'level'>) => Promise<void>;
}): Bulk {
  const { store, clock, circle, selections, audit } = deps;

  /** Changes a page; what somebody else changed in between is read anew and tried again. Returns how many were changed. */
  const changePage = async (
    page: readonly AccountRecord[],
    operationsOf: (record: AccountRecord) => Operation[],
  ): Promise<number> => {
    let records = page;
    for (let tries = 1; ; tries += 1) {
      const operations = records.map(operationsOf).filter((each) => each.length > 0);
      try {
        await store.commit(operations.flat());
        return operations.length;
      } catch (error) {
        if (!refused(error) || tries === RETRIES) throw error;
      }
      const where = oneOf(
        'id',
        page.map(({ id }) => id),
      );
      records = await store.list<AccountRecord>('accounts', { where });
    }
  };
  const selected = ({ plugin, where, ids }: AccountSelection): Readonly<Record<string, string | number>> => ({
    ...(plugin !== undefined && { plugin }),
    ...(where !== undefined && { where }),
    ...(ids !== undefined && { ids: ids.length }),
  });

  return {
    async remove(selection, actor) {
      const busy: AccountRecord[] = [];
      for await (const page of selections.pages(selection)) {
        busy.push(...page.filter(({ lease }) => lease !== null));
        if (busy.length > 0) break;
      }
      const [first] = busy;
      if (first) {
        const message = `Account "${first.label}" is leased by ${first.lease?.holder}; nothing was removed. Wait until its lease ends, or cancel what holds it.`;
        throw new MusterError('ACCOUNT_BUSY', message, { details: { id: first.id, holder: first.lease?.holder } });
      }
      let removed = 0;
      // By id: a page that is tried again meets the same ones again.
      const leased = new Set<string>();
      for await (const page of selections.pages(selection)) {
        removed += await changePage(page, ({ id, fence, lease }) => {
          if (lease) {
            leased.add(id);
            return [];
          }
          // A delete has no condition of its own; the update before it has.
          return [
            { update: 'accounts', id, patch: { add: { fence: 1 } }, if: { fence } },
            { delete: 'accounts', id },
          ];
        });
      }
      if (removed > 0) {
        const fields = { count: removed, ...selected(selection) };
        await audit({ type: 'accounts.removed', message: `${removed} accounts removed`, actor, fields });
      }
      if (leased.size > 0)
        throw new MusterError(
          'ACCOUNT_BUSY',
          `${removed} accounts were removed, but ${leased.size} were leased in between and stay.`,
        );
      return removed;
    },

    async setState(selection, state, actor) {
      await circle.open();
      let changed = 0;
      for await (const page of selections.pages(selection)) {
        const now = clock.now();
        changed += await changePage(page, (record) => {
          const { id, fence, lease, updatedAt } = record;
          const pending = state === 'ready' ? null : state;
          const stamp = { updatedAt: Math.max(now, updatedAt + 1) };
          if (lease) {
            if (record.pending === pending) return [];
            // Known before it is stored, so that an end of the lease that comes right behind it finds it.
            if (pending) circle.pending.set(id, { state: pending, fence });
            else circle.pending.delete(id);
            return [
              { update: 'accounts', id, patch: { set: { pending, ...stamp } }, if: { fence, 'lease.holder': lease.holder } },
            ];
          }
          if (record.state === state) return [];
          const set = { state, dueAt: null, why: null, ...stamp };
          return [{ update: 'accounts', id, patch: { set }, if: { fence, state: record.state } }];
        });
      }
      if (changed > 0) {
        const fields = { count: changed, state, ...selected(selection) };
        await audit({ type: 'accounts.state-set', message: `${changed} accounts set to ${state}`, actor, fields });
      }
      return changed;
    },
  };
}
