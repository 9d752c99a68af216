import { MusterError } from '@muster/sdk';
import { z } from 'zod';
import { Verdict, type Config } from '../schemas.ts';

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

/** What it answers. */
export const CheckAnswer = z.object({
  verdict: Verdict,
  /** The level it found. */
  level: z.int().min(0).max(100).optional(),
  /** A few words for a person. */
  detail: z.string().max(500).optional(),
});
export type CheckAnswer = z.output<typeof CheckAnswer>;

/**
 * Looks whether an account can be used. Errors: RETRY_LATER when the checker cannot answer now (the account is not at
 * fault), CHECK_FAILED when it never will.
 */
export interface Checker {
  check(subject: CheckSubject, signal: AbortSignal): Promise<CheckAnswer>;
}

/** At most so much of an answer is read. */
export const MAX_ANSWER = 64 * 1024;

/** Reads an answer; what it holds beside a verdict may be secret, so that the error names only what is wrong. */
export function parseAnswer(text: string, who: string): CheckAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MusterError(
      'CHECK_FAILED',
      `${who} answered something else than JSON. See docs/pokepool.md for what it is to answer.`,
    );
  }
  const answer = CheckAnswer.safeParse(value);
  if (answer.success) return answer.data;
  const fields = answer.error.issues.map(({ path }) => path.join('.') || 'the answer').join(', ');
  throw new MusterError(
    'CHECK_FAILED',
    `${who} answered without a verdict that is known: ${fields} is wrong. See docs/pokepool.md.`,
  );
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
