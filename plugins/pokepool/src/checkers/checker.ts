import { MusterError } from '@muster/sdk';
import type { Config } from '../schemas.ts';
import type { CheckAnswer } from './answer.ts';

/** What a checker is told of an account. */
export interface CheckSubject {
  readonly provider: string;
  readonly username: string;
  readonly password: string | null;
  readonly level: number | null;
  readonly model: string | null;
  readonly ios: string | null;
  readonly deviceId: string | null;
}

/**
 * Looks whether an account can be used. Errors: RETRY_LATER when the checker cannot answer now (the account is not at
 * fault), CHECK_FAILED when it never will.
 */
export interface Checker {
  check(subject: CheckSubject, signal: AbortSignal): Promise<CheckAnswer>;
}

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
