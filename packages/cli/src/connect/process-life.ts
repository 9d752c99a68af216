import { readFile } from 'node:fs/promises';

/** Whether a process runs. One that has ended and that nobody has reaped yet does not: under some containers that takes seconds. */
export async function lives(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before the state stands in parentheses, and may hold some itself.
  return !stat.slice(stat.lastIndexOf(')') + 1).startsWith(' Z');
}
