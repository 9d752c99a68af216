import type { ImportFacts, Plugin } from '@muster/sdk';
import { cooldownEnd } from '../pool/cooldown.ts';
import type { AccountRecord } from './account-record.ts';

const MAX_TAG = 200;
const whole = (value: number | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What a file knows of an account, as it begins. Figures and words that cannot be are left out. */
export function factsOf(plugin: Plugin, facts: ImportFacts | undefined, now: number): Partial<AccountRecord> {
  if (!facts) return {};
  const { status, why, restUntil, tags, priority, createdAt, usedAt, uses } = facts;
  const meant = status !== undefined && Object.hasOwn(plugin.statuses, status) ? plugin.statuses[status] : undefined;
  // A lease or a question cannot come out of a file, and a rest needs its end.
  const rests = meant === 'cooling' && restUntil !== undefined && restUntil > now;
  const state = rests || meant === 'paused' || meant === 'failed' || meant === 'retired' ? meant : 'ready';
  return {
    ...(meant !== undefined && (state === meant || meant === 'ready') && { status: status as string }),
    state,
    ...(rests && { dueAt: cooldownEnd(restUntil, now) }),
    ...(why !== undefined && { why }),
    ...(tags && { tags: tags.filter((tag) => tag !== '' && tag.length <= MAX_TAG) }),
    ...(whole(priority) && { priority }),
    ...(whole(createdAt) && createdAt <= now && { createdAt }),
    ...(whole(usedAt) && usedAt <= now && { usedAt }),
    ...(whole(uses) && { uses }),
  };
}
