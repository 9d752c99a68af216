import type { Account } from '@muster/sdk';
import type { AccountRecord } from './account-record.ts';

type Data = Readonly<Record<string, unknown>>;

/** The account as plugin code sees it: follows `current`, with its secrets within reach. */
export function accountView(
  current: () => AccountRecord,
  secretOf: (record: AccountRecord, field: string) => Promise<string | undefined>,
): Account<Data> {
  const { id } = current();
  let data: Data | undefined;
  return {
    id,
    get label() {
      return current().label;
    },
    get status() {
      return current().status;
    },
    get data() {
      // Its own copy, made when somebody looks: what the store handed out is not to be changed.
      data ??= structuredClone(current().data);
      return data;
    },
    secret: (field) => secretOf(current(), field),
  };
}
