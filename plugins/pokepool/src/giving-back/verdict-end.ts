import { safeText, type TakeBack } from '@muster/sdk';
import { restOf } from '../allocate/verdict.ts';
import type { Config, Verdict } from '../schemas.ts';

/** How a hand-out ends with a verdict: free, at rest until a time, or out of use. */
export function endOf(
  verdict: Verdict,
  { config, now, said }: { readonly config: Config; readonly now: number; readonly said: string },
): Pick<TakeBack, 'rest' | 'fail'> {
  if (verdict === 'good') return {};
  const { forMs } = restOf(verdict, config, undefined);
  // Nobody checked it: who says so is what a person wants to know.
  const why = safeText(`${verdict}, ${said}`, 200);
  return forMs === null ? { fail: { status: verdict, why } } : { rest: { until: now + forMs, status: verdict, why } };
}
