import { safeText, toMusterError } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Redactor } from '../events/events.ts';
import { createAlarm } from '../pool/alarm.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { failureText } from './deliver.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { DeliveryRecord, HookRecord } from './hook-record.ts';

/** At once to one hook: one that does not answer holds up no other. */
const PER_HOOK = 2;
/** The waits between them come to about five hours. */
const MAX_ATTEMPTS = 12;
const BACKOFF_MS = 5_000;
const BACKOFF_LIMIT_MS = 3_600_000;
const LOCKED_MS = 60_000;
const MAX_OUTCOME = 500;

export interface DeliveryWorkerDeps {
  readonly queue: DeliveryQueue;
  readonly hooks: () => Promise<HookRecord[]>;
  readonly send: (hook: HookRecord, delivery: DeliveryRecord, signal: AbortSignal) => Promise<string>;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (event: NewEvent) => void;
  readonly changed: () => void;
}

/** Sends what is due, and again later what did not arrive. */
export interface DeliveryWorker {
  look(): void;
  start(): void;
  stop(): Promise<void>;
}

/** Between half and the whole of a bound that doubles. */
export const retryMs = (attempts: number, random: () => number): number =>
  Math.floor(Math.min(BACKOFF_LIMIT_MS, BACKOFF_MS * 2 ** (attempts - 1)) * (0.5 + random() / 2));

export function createDeliveryWorker(deps: DeliveryWorkerDeps): DeliveryWorker {
  const { queue, clock, random, redactor, say, changed } = deps;
  const alarm = createAlarm(clock);
  const stopped = new AbortController();
  const sending = new Map<string, Promise<void>>();
  let looking: Promise<void> = Promise.resolve();

  async function attempt(hook: HookRecord, delivery: DeliveryRecord): Promise<void> {
    const attempts = delivery.attempts + 1;
    try {
      const outcome = await deps.send(hook, delivery, stopped.signal);
      await queue.note(delivery.id, { state: 'sent', attempts, outcome: safeText(outcome, MAX_OUTCOME), endedAt: clock.now() });
      await queue.prune(hook.id);
    } catch (thrown) {
      // Nobody knows whether it arrived: it is sent again after the next start.
      if (stopped.signal.aborted) return;
      await failed(hook, delivery, { attempts, thrown });
    }
  }

  async function failed(
    hook: HookRecord,
    delivery: DeliveryRecord,
    { attempts, thrown }: { readonly attempts: number; readonly thrown: unknown },
  ): Promise<void> {
    const now = clock.now();
    const outcome = safeText(redactor.redact(failureText(thrown)), MAX_OUTCOME);
    if (toMusterError(thrown).code === 'VAULT_LOCKED') return queue.note(delivery.id, { outcome, notBefore: now + LOCKED_MS });
    if (attempts < MAX_ATTEMPTS) {
      return queue.note(delivery.id, { attempts, outcome, notBefore: now + retryMs(attempts, () => random.number()) });
    }
    await queue.note(delivery.id, { state: 'failed', attempts, outcome, endedAt: now });
    await queue.prune(hook.id);
    const message = `"${hook.name}" was not told of ${delivery.type}, after ${attempts} tries: ${outcome}`;
    say({ level: 'warn', type: 'hook.failed', message, fields: { hook: hook.id, delivery: delivery.id } });
  }

  const free = (hook: string): number => PER_HOOK - [...sending.keys()].filter((key) => key.startsWith(`${hook}/`)).length;

  async function lookNow(): Promise<void> {
    if (stopped.signal.aborted) return;
    const now = clock.now();
    for (const hook of await deps.hooks()) {
      if (!hook.enabled || free(hook.id) <= 0) continue;
      const due = await queue.due(hook.id, now, PER_HOOK * 2);
      for (const delivery of due.filter(({ id }) => !sending.has(`${hook.id}/${id}`)).slice(0, free(hook.id))) {
        const key = `${hook.id}/${delivery.id}`;
        const work = attempt(hook, delivery)
          .catch((error: unknown) => {
            const message = `A delivery could not be written down: ${toMusterError(error).message}`;
            say({ level: 'error', type: 'hook.halted', message });
          })
          .finally(() => {
            sending.delete(key);
            changed();
            look();
          });
        sending.set(key, work);
      }
    }
    const next = await queue.nextDue();
    // What is due and on its way is looked at again when it ends.
    if (next === null || next <= now) alarm.reset(Infinity);
    else alarm.reset(next);
  }

  const look = (): void => {
    looking = looking.then(lookNow).catch((error: unknown) => {
      say({ level: 'error', type: 'hook.halted', message: `Hooks stand still for a minute: ${toMusterError(error).message}` });
      alarm.reset(clock.now() + LOCKED_MS);
    });
  };

  return {
    look,
    start() {
      alarm.start(look);
      look();
    },
    async stop() {
      stopped.abort(new Error('The host stops.'));
      alarm.stop();
      await looking;
      await Promise.allSettled(sending.values());
    },
  };
}
