import { isAbsolute } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

export const storeHandlers = (core: HostCore): Pick<Handlers, 'checkStore' | 'backupStore'> => ({
  async checkStore({ signal }) {
    const { documents } = await core.store.status();
    const { secrets, problems } = await core.accounts.check(signal);
    const total = Object.values(documents).reduce((sum, count) => sum + count, 0);
    return { documents: total, secrets, problems };
  },
  async backupStore({ body: { directory }, caller }) {
    if (!isAbsolute(directory))
      throw new MusterError('BAD_INPUT', 'directory: an absolute path on the machine of the host is needed.');
    const bytes = await core.backup(directory);
    await core.events.record({
      level: 'audit',
      type: 'store.saved',
      message: `A copy of the store is in ${directory}`,
      actor: caller.actor,
    });
    return { directory, bytes };
  },
});
