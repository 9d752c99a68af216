import { MusterError } from '@muster/sdk';

const MIB = 1_024 * 1_024;
/** Of the machine's memory; the rest is for the host and the machine itself. */
const SHARE = 0.75;
const RESERVE_BYTES = 512 * MIB;
const MOST = 1_000;
/** A warning is given from here on. */
const NEAR = 0.8;

export interface SessionSettings {
  readonly max?: number | undefined;
  readonly memoryMb?: number | undefined;
  readonly launchesAtOnce: number;
}

export interface SessionLimits {
  /** Sessions that may be open at once. */
  readonly max: number;
  /** What all of them together may need. */
  readonly memoryBytes: number;
  readonly launchesAtOnce: number;
}

/** What one open session needs: as measured, or as its plugin expects; nothing while it is parked. */
export interface SessionNeed {
  readonly memoryBytes: number;
}

export interface SessionUsage {
  readonly open: number;
  readonly memoryBytes: number;
  /** A limit is close: a person should know before it is reached. */
  readonly near: boolean;
}

const mb = (bytes: number): string => `${Math.round(bytes / MIB).toLocaleString('en')} MB`;

/**
 * What a machine can carry when nobody says otherwise. `expected` is what the largest kind of session needs; without any kind
 * the number is of no use and is the most there may be.
 */
export function sessionLimits(settings: SessionSettings, machineBytes: number, expected: number): SessionLimits {
  const memoryBytes =
    settings.memoryMb === undefined ? Math.max(machineBytes * SHARE - RESERVE_BYTES, RESERVE_BYTES / 2) : settings.memoryMb * MIB;
  const fits = expected > 0 ? Math.floor(memoryBytes / expected) : MOST;
  return {
    max: settings.max ?? Math.min(Math.max(fits, 1), MOST),
    memoryBytes: Math.floor(memoryBytes),
    launchesAtOnce: settings.launchesAtOnce,
  };
}

export function sessionUsage(needs: readonly SessionNeed[], limits: SessionLimits): SessionUsage {
  const memoryBytes = needs.reduce((sum, need) => sum + need.memoryBytes, 0);
  const open = needs.length;
  return { open, memoryBytes, near: open >= limits.max * NEAR || memoryBytes >= limits.memoryBytes * NEAR };
}

/** SESSION_LIMIT when one more does not fit, with which limit it is and what can be done. */
export function checkLimits(usage: SessionUsage, limits: SessionLimits, expected: number): void {
  const { open, memoryBytes } = usage;
  if (open >= limits.max) {
    throw new MusterError(
      'SESSION_LIMIT',
      `${open} sessions are open, and the limit is ${limits.max}. Close one, or raise sessions.max in config.json.`,
      { details: { open, max: limits.max } },
    );
  }
  if (open > 0 && memoryBytes + expected > limits.memoryBytes) {
    throw new MusterError(
      'SESSION_LIMIT',
      `The open sessions need ${mb(memoryBytes)} and one more ${mb(expected)}, beyond the ${mb(limits.memoryBytes)} for all. ` +
        'Close one, or raise sessions.memoryMb in config.json.',
      { details: { open, memoryBytes, expected, limit: limits.memoryBytes } },
    );
  }
}
