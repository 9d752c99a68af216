import { setTimeout as wait } from 'node:timers/promises';
import { processTable, processTree } from './process-table.ts';

const LOOK_EVERY_MS = 50;

/** True while it runs; a zombie does not. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await processTable()).some((one) => one.pid === pid && !one.zombie);
}

const running = async (pids: readonly number[]): Promise<number[]> => {
  const table = await processTable();
  return pids.filter((pid) => table.some((one) => one.pid === pid && !one.zombie));
};

/** Waits until none of them runs. False when one still does after `withinMs`. */
export async function untilGone(pids: readonly number[], withinMs: number, signal?: AbortSignal): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if ((await running(pids)).length === 0) return true;
    if (performance.now() >= until) return false;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in between, or not ours: the wait that follows tells.
  }
};

/**
 * Ends a process and all that descend from it: asked first, made to after `graceMs`. False when something of it still runs
 * then, which happens with a process of another user only.
 */
export async function endProcess(pid: number, graceMs = 5_000): Promise<boolean> {
  // Taken before the parent ends: afterwards its children belong to another.
  const tree = processTree(pid, await processTable()).map((one) => one.pid);
  send(pid, 'SIGTERM');
  if (await untilGone(tree, graceMs)) return true;
  for (const one of await running(tree)) send(one, 'SIGKILL');
  return untilGone(tree, 5_000);
}
