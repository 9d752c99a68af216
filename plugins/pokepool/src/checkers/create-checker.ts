import { MusterError } from '@muster/sdk';
import type { Config } from '../schemas.ts';
import type { Checker } from './checker.ts';

/** The checker that the settings name; undefined for `none`. */
export async function createChecker(config: Config, fetchIt: typeof fetch): Promise<Checker | undefined> {
  if (config.checker === 'none') return undefined;
  if (config.checker === 'http') {
    if (config.checkUrl === undefined) throw unset('checker is http, but checkUrl is not set');
    const { createHttpChecker } = await import('./http.ts');
    return createHttpChecker({ url: config.checkUrl, timeoutMs: config.checkTimeoutMs, fetch: fetchIt });
  }
  const [program, ...args] = config.checkCommand;
  if (program === undefined) throw unset('checker is command, but checkCommand is empty');
  const { createCommandChecker } = await import('./command.ts');
  return createCommandChecker({ program, args, timeoutMs: config.checkTimeoutMs });
}

const unset = (what: string): MusterError => new MusterError('BAD_INPUT', `${what} in the settings of pokepool.`);
