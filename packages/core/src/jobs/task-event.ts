import type { JsonObject, MusterError } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import type { Settled } from './settle.ts';
import { origin } from './task-context.ts';
import type { Verdict } from './try-task.ts';

/** What the log says of a task after a try; nothing where the try only gave way. `now` in ms since the epoch. */
export function taskEvent(
  job: JobRecord,
  task: TaskRecord,
  end: { verdict: Verdict; settled: Settled; now: number },
): NewEvent | undefined {
  const { verdict, settled, now } = end;
  const { state, error, notBefore } = settled;
  const about = origin(job, task);
  if (state === 'done') return { level: 'debug', type: 'task.done', message: `${task.label}: done`, ...about };
  if (state === 'cancelled') return { level: 'debug', type: 'task.cancelled', message: `${task.label}: cancelled`, ...about };
  if (!error) return undefined;
  if (state === 'uncertain')
    return { level: 'warn', type: 'task.interrupted', message: `${task.label}: ${error.message}`, ...about };
  if (verdict.kind === 'again' && verdict.error) {
    const message = `${task.label}: ${error.message} (again in ${Math.ceil((notBefore - now) / 1_000)} s)`;
    return { level: 'debug', type: 'task.retried', message, ...about, fields: { code: error.code, attempt: task.attempt } };
  }
  if (state === 'failed' && (verdict.kind === 'failed' || verdict.kind === 'lost')) {
    const fields = { code: error.code, attempt: task.attempt, ...stackOf(verdict.error) };
    return { level: 'warn', type: 'task.failed', message: `${task.label}: ${error.message}`, ...about, fields };
  }
  return undefined;
}

/** For the log only; a MusterError was thrown on purpose and needs none. */
function stackOf(error: MusterError): JsonObject {
  const { cause } = error;
  return error.code === 'INTERNAL' && cause instanceof Error && cause.stack ? { stack: cause.stack } : {};
}
