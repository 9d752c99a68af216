import type { SessionContext } from '@muster/sdk';
import { processUsage } from '@muster/sdk/browser';
import type { Account, Config } from '../schemas.ts';

export interface Counts {
  reconnects: number;
  remedies: number;
  /** 0: none yet. */
  lastActivityAt: number;
}

export interface FiguresOptions {
  readonly context: SessionContext<Config, Account>;
  /** Of the browser, while there is one. */
  readonly pid: () => number | undefined;
  readonly counts: Readonly<Counts>;
  readonly queued: () => number;
  readonly signal: AbortSignal;
}

const EVERY_MS = 5_000;

/** Memory and CPU of the browser with all its processes, and what the session counted, again and again. */
export async function reportFigures({ context, pid, counts, queued, signal }: FiguresOptions): Promise<void> {
  let before: { readonly pid: number; readonly cpuMs: number; readonly at: number } | undefined;
  while (!signal.aborted) {
    const root = pid();
    const usage = root === undefined ? undefined : await processUsage(root);
    const at = performance.now();
    const cpuPercent =
      usage && before && before.pid === root
        ? Math.max(0, Math.round((1_000 * (usage.cpuMs - before.cpuMs)) / (at - before.at)) / 10)
        : undefined;
    const { lastActivityAt, reconnects, remedies } = counts;
    context.figures({
      ...(usage && { memoryBytes: usage.privateBytes }),
      ...(cpuPercent !== undefined && { cpuPercent }),
      ...(lastActivityAt > 0 && { lastActivityAt }),
      queued: queued(),
      reconnects,
      remedies,
    });
    before = usage && root !== undefined ? { pid: root, cpuMs: usage.cpuMs, at } : undefined;
    try {
      await context.sleep(EVERY_MS, signal);
    } catch {
      // It ends, or the host does.
      return;
    }
  }
}
