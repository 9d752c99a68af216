export type Verdict = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly message: string;
  /** What to do; empty when all is well. */
  readonly advice: string;
}

export const ok = (name: string, message: string): Finding => ({ name, verdict: 'ok', message, advice: '' });
export const warn = (name: string, message: string, advice: string): Finding => ({ name, verdict: 'warn', message, advice });
export const fail = (name: string, message: string, advice: string): Finding => ({ name, verdict: 'fail', message, advice });
