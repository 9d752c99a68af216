import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { clearProfileLocks, endLeftBrowsers } from '@muster/sdk/browser';

/**
 * Makes a profile free for a new browser: one that a killed host left is closed through its own port, login written, else
 * ended; a lock that nobody holds is removed. Gives what had to be done, for a person; undefined when nothing had.
 */
export async function clearProfile(profile: string): Promise<string | undefined> {
  const left = await endLeftBrowsers(profile);
  const lock = await readlink(join(profile, 'SingletonLock')).catch(() => undefined);
  if (left.length === 0 && lock === undefined) return undefined;
  if (left.some(({ how }) => how === 'stays')) throw new Error('a browser that is not ours to end uses this profile');
  await clearProfileLocks(profile);
  const [ended] = left;
  if (ended) return ended.how === 'closed' ? 'a left browser was closed, its login kept' : 'a left browser had to be killed';
  const holder = lock?.slice(0, lock.lastIndexOf('-'));
  return holder === hostname() ? 'the lock of a dead browser was removed' : `a lock of another machine (${holder}) was removed`;
}
