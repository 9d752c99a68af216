import { safeText } from '@muster/sdk';
import type { ProxyFaultKind, ProxyRecord, TargetFigures } from './proxy-record.ts';
import { withSample } from './timing.ts';

const BASE_MS = 300_000;
const LIMIT_MS = 3_600_000;
/** Even with the shortest luck a dead one is not picked again by the task that it has just failed. */
const LEAST_MS = 10_000;
const MAX_DETAIL = 500;
const MAX_TARGETS = 50;

/** Full jitter: anywhere up to a bound that doubles with each failure in a row. */
export const cooldownMs = (failures: number, random: () => number): number =>
  Math.max(LEAST_MS, Math.floor(random() * Math.min(LIMIT_MS, BASE_MS * 2 ** Math.min(30, failures - 1))));

export interface Fault {
  readonly kind: ProxyFaultKind;
  readonly detail: string;
}

/** Its own fault: it is left alone for a while. One that was switched off stays so. */
export function afterFault(
  proxy: ProxyRecord,
  { kind, detail }: Fault,
  { now, random }: { now: number; random: () => number },
): ProxyRecord {
  const consecutiveFailures = proxy.consecutiveFailures + 1;
  return {
    ...proxy,
    state: proxy.state === 'disabled' ? 'disabled' : 'dead',
    failCount: proxy.failCount + 1,
    consecutiveFailures,
    lastFailure: { kind, at: now, detail: safeText(detail, MAX_DETAIL) },
    nextCheckAt: now + cooldownMs(consecutiveFailures, random),
  };
}

/** It did its work. */
export const afterSuccess = (proxy: ProxyRecord, now: number): ProxyRecord => ({
  ...proxy,
  state: proxy.state === 'disabled' ? 'disabled' : 'good',
  okCount: proxy.okCount + 1,
  consecutiveFailures: 0,
  lastOkAt: now,
  nextCheckAt: proxy.state === 'dead' ? null : proxy.nextCheckAt,
});

export const afterUse = (
  proxy: ProxyRecord,
  { durationMs, ...use }: { durationMs: number | undefined; target: string; now: number },
): ProxyRecord =>
  withTarget(
    { ...afterSuccess(proxy, use.now), ...(durationMs !== undefined && { durations: withSample(proxy.durations, durationMs) }) },
    use,
    (figures) => ({ ...figures, ok: figures.ok + 1 }),
  );

/** The target said no. That says nothing against the proxy: it has brought the answer. */
export const afterRefusal = (
  proxy: ProxyRecord,
  { status, ...use }: { status: number; target: string; now: number },
): ProxyRecord =>
  withTarget(proxy, use, (figures) => ({
    ...figures,
    refused: figures.refused + 1,
    lastStatus: status,
    lastRefusedAt: use.now,
  }));

const NO_FIGURES: TargetFigures = { ok: 0, refused: 0, lastStatus: null, lastRefusedAt: null, usedAt: 0 };

function withTarget(
  proxy: ProxyRecord,
  { target, now }: { target: string; now: number },
  change: (figures: TargetFigures) => TargetFigures,
): ProxyRecord {
  const before = Object.hasOwn(proxy.targets, target) ? proxy.targets[target] : undefined;
  const all = Object.entries(proxy.targets).filter(([host]) => host !== target);
  const kept = all.toSorted(([, a], [, b]) => b.usedAt - a.usedAt).slice(0, MAX_TARGETS - 1);
  return { ...proxy, targets: Object.fromEntries([...kept, [target, { ...change(before ?? NO_FIGURES), usedAt: now }]]) };
}

/** One whose time is over may be tried again. */
export const revived = (proxy: ProxyRecord, now: number): ProxyRecord =>
  proxy.state === 'dead' && (proxy.nextCheckAt ?? 0) <= now ? { ...proxy, state: 'unchecked', nextCheckAt: null } : proxy;
