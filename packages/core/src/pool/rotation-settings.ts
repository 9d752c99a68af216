import { MusterError, ROTATION_STRATEGIES, type RotationSettings } from '@muster/sdk';

export const DEFAULT_MAX_WAITING = 1_000;

const needs = (name: string, value: number | undefined, { least, whole }: { least: number; whole: boolean }): void => {
  if (value === undefined || (value >= least && (Number.isSafeInteger(value) || (!whole && Number.isFinite(value))))) return;
  const what = whole ? 'whole number' : 'number';
  throw new MusterError('BAD_INPUT', `${name}: a ${what} of at least ${least} is needed, not ${value}.`);
};

/** BAD_INPUT names what does not fit. */
export function checkRotation(settings: RotationSettings): RotationSettings {
  const { strategy, limits, maxWaiting } = settings;
  if (!ROTATION_STRATEGIES.includes(strategy)) {
    const known = ROTATION_STRATEGIES.join(', ');
    throw new MusterError('BAD_INPUT', `strategy: "${strategy as string}" is none of ${known}.`);
  }
  needs('limits.limit', limits.limit, { least: 1, whole: true });
  needs('limits.windowMs', limits.windowMs, { least: 1, whole: false });
  needs('limits.cooldownMs', limits.cooldownMs, { least: 0, whole: false });
  needs('limits.maxConcurrent', limits.maxConcurrent, { least: 1, whole: true });
  needs('limits.tokensPerMinute', limits.tokensPerMinute, { least: 1, whole: false });
  needs('limits.maxRestMs', limits.maxRestMs, { least: 0, whole: false });
  needs('maxWaiting', maxWaiting, { least: 0, whole: true });
  return settings;
}
