import type { SimulatorFault } from '@muster/sdk';
import type { Chance } from './chance.ts';
import type { Knobs } from './knobs.ts';
import type { SiteRequest } from './site.ts';

export type Fault = SimulatorFault | 'break' | 'challenge' | 'empty' | 'processing' | 'slow';

/** What befalls one request: in place of its effect, or after it, in place of its answer. */
export interface Fate {
  readonly before?: Fault;
  readonly after?: Fault;
}

export function faultOf({
  knobs,
  chance,
  forced,
  request,
  breaks,
}: {
  readonly knobs: Knobs;
  readonly chance: Chance;
  /** Told from outside: the next ones first. */
  readonly forced: SimulatorFault[];
  readonly request: SiteRequest;
  /** By the knob `breakAnswer`. */
  readonly breaks: boolean;
}): Fate {
  const isPost = request.method === 'POST';
  const [next] = forced;
  if (next === 'bad-credentials') {
    // Only the post of a code can be refused for it.
    if (/\/account\/registeruser$/i.test(request.path) && isPost) {
      forced.shift();
      request.body.set('EmailOtp', 'refused');
    }
  } else if (next !== undefined) {
    forced.shift();
    return { before: next };
  }
  if (breaks) return { [knobs.breakAnswer]: 'break' };
  const happens = (rate: number): boolean => rate > 0 && chance.next() < rate;
  const moment = (): 'before' | 'after' => (isPost && chance.next() < 0.5 ? 'after' : 'before');
  if (happens(knobs.networkFaultRate)) return { [moment()]: 'break' };
  if (isPost && happens(knobs.processingErrorRate)) return { [moment()]: 'processing' };
  if (happens(knobs.errorRate)) return { before: 'server-error' };
  if (happens(knobs.rateLimitRate)) return { before: 'rate-limit' };
  if (!isPost && happens(knobs.challengeRate)) return { before: chance.next() < 0.5 ? 'challenge' : 'empty' };
  if (happens(knobs.slowRate)) return { before: 'slow' };
  return {};
}
