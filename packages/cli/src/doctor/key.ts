import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, warn, type Finding } from './check.ts';

const VARIABLE = 'ACCOUNT_ENCRYPTION_KEY';

/** Where the key of the vault comes from at the next start. The host says whether it opens. */
export async function checkKey(directory: string, env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  if (env[VARIABLE]) return ok('key', `from the environment (${VARIABLE})`);
  const path = join(directory, '.encryption_key');
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) {
    return warn(
      'key',
      'none in the environment and no key file',
      `the first start makes ${path}; keep a copy of it apart from the backups`,
    );
  }
  if (!facts.isFile()) return fail('key', `${path} is not a file`, 'put the key file back from its copy');
  return (facts.mode & 0o077) === 0
    ? ok('key', path)
    : fail('key', `others can read ${path}, so it is refused`, `chmod 600 ${path}`);
}
