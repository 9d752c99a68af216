import type { HostStatus } from '@muster/api';
import { safeText } from '@muster/sdk';
import { bytes } from '../print/words.ts';
import { fail, ok, warn, type Finding } from './check.ts';

/** Above this many the default store starts to be slow to open and large in memory. */
const MANY_ACCOUNTS = 100_000;

export function checkStatus(status: HostStatus, version: string): Finding[] {
  const { store, vault, plugins } = status;
  const accounts = status.accounts.reduce((sum, { count }) => sum + count, 0);
  return [
    status.version === version
      ? ok('host', `pid ${status.pid}, version ${status.version}`)
      : warn(
          'host',
          `it has version ${safeText(status.version)}, this command ${version}`,
          '`muster stop`; the next command starts the new one',
        ),
    store.failed === null
      ? ok('store', `${store.kind}, ${accounts.toLocaleString('en')} accounts, ${bytes(store.bytes)}`)
      : fail(
          'store',
          `it takes no more writes: ${safeText(store.failed)}`,
          'mend the cause, then `muster stop`; the next start goes on',
        ),
    ...store.recovered.map((text) => warn('recovery', safeText(text), '`muster store check` verifies the rest')),
    ...(store.kind !== 'sqlite' && accounts > MANY_ACCOUNTS
      ? [
          warn(
            'size',
            `${accounts.toLocaleString('en')} accounts on the ${store.kind} store`,
            '`muster store move sqlite` opens faster and needs less memory',
          ),
        ]
      : []),
    vault.state === 'open' ? ok('vault', 'open') : fail('vault', 'locked: no secret can be read', '`muster vault unlock`'),
    ...vault.warnings.map((text) => warn('vault', safeText(text), '')),
    plugins.broken === 0
      ? ok('plugins', `${plugins.loaded} loaded`)
      : warn('plugins', `${plugins.broken} did not load`, '`muster plugin list` gives the reasons'),
    ...(status.prompts > 0 ? [warn('inbox', `${status.prompts} questions wait for you`, '`muster prompts list`')] : []),
  ];
}
