import { copyFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { makeFolders } from '@muster/api';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

/** Without its header no secret of a restored store opens. The key stays where it is: a copy of both would protect nothing. */
const VAULT_FILE = 'vault.json';

async function copyVault(from: string, to: string): Promise<number> {
  try {
    await copyFile(join(from, VAULT_FILE), join(to, VAULT_FILE));
    return (await stat(join(to, VAULT_FILE))).size;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw thrown;
  }
}

/** `dataDirectory` holds the vault beside the store. A copy has the same layout: `store/` and `vault.json`. */
export const storeHandlers = (core: HostCore, dataDirectory: string): Pick<Handlers, 'checkStore' | 'backupStore'> => ({
  async checkStore({ signal }) {
    const { documents } = await core.store.status();
    const damage = await core.store.check();
    const ofAccounts = await core.accounts.check(signal);
    const ofProxies = await core.proxies.checkSecrets();
    const ofTexts = await core.checkTexts(signal);
    const total = Object.values(documents).reduce((sum, count) => sum + count, 0);
    const secrets = ofAccounts.secrets + ofProxies.secrets + ofTexts.secrets;
    return {
      documents: total,
      secrets,
      problems: [...damage, ...ofAccounts.problems, ...ofProxies.problems, ...ofTexts.problems],
    };
  },
  async backupStore({ body: { directory }, caller }) {
    if (!isAbsolute(directory)) {
      throw new MusterError('BAD_INPUT', 'directory: an absolute path on the machine of the host is needed.');
    }
    const copy = join(directory, 'store');
    try {
      makeFolders(copy);
    } catch (thrown) {
      throw new MusterError('BAD_INPUT', `directory: ${(thrown as Error).message}.`, { cause: thrown });
    }
    const bytes = (await core.store.backup(copy)) + (await copyVault(dataDirectory, directory));
    const message = `A copy of the store is in ${directory}`;
    await core.events.record({ level: 'audit', type: 'store.saved', message, actor: caller.actor });
    return { directory, bytes };
  },
});
