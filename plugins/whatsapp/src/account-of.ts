import { MusterError, type AccountAccess, type KnownAccount } from '@muster/sdk';
import { CLIENT_ID, type Account } from './schemas.ts';

/** The account of a short name; undefined when there is none, also for what is no short name at all. */
export async function accountOf(accounts: AccountAccess<Account>, clientId: string): Promise<KnownAccount<Account> | undefined> {
  if (!CLIENT_ID.test(clientId)) return undefined;
  const { accounts: found } = await accounts.list({ where: `clientId="${clientId}"`, limit: 100 });
  return found.find(({ data }) => data.clientId === clientId);
}

/** As `accountOf`, for several. NOT_FOUND names the first that is not there. */
export async function accountsOf(
  accounts: AccountAccess<Account>,
  clientIds: readonly string[],
): Promise<KnownAccount<Account>[]> {
  return Promise.all(
    clientIds.map(async (clientId) => {
      const account = await accountOf(accounts, clientId);
      if (!account) throw new MusterError('NOT_FOUND', `There is no account with the short name ${clientId}.`);
      return account;
    }),
  );
}
