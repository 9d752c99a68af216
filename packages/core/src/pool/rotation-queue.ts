import type { MusterError, SlotRequest } from '@muster/sdk';
import type { Clock } from '../ports/clock.ts';

/** What came of a try to serve a request: the thing itself, nobody is free, or the journal has to be written first. */
export type Attempt<T> = { readonly got: T } | 'nobody' | 'journal';

interface Waiter<T> {
  readonly request: SlotRequest;
  readonly resolve: (got: T) => void;
  readonly reject: (why: unknown) => void;
  /** Takes back what would end the wait. */
  readonly forget: () => void;
}

const isHasty = ({ maxWaitMs = 0 }: SlotRequest): boolean => !(maxWaitMs > 0);

/** Requests that wait for a free account: first come, first served, woken at the moment when one is free. */
export interface RotationQueue<T> {
  readonly size: number;
  take(request: SlotRequest): Promise<T>;
  /** Something has changed: serves whoever can be served, in order. */
  serve(): void;
  /** Nobody is served any more. */
  close(why: MusterError): void;
}

export function createRotationQueue<T>(deps: {
  readonly clock: Clock;
  readonly maxWaiting: () => number;
  readonly attempt: (request: SlotRequest) => Attempt<T>;
  /** Resolves when what holds a request back is written. */
  readonly written: () => Promise<void>;
  /** When the next account comes back that is away now; Infinity when that is not known. */
  readonly nextChange: () => number;
  /** When this request could be served. */
  readonly nextAt: (request: SlotRequest) => number | null;
  readonly nothing: (request: SlotRequest, why: string) => MusterError;
}): RotationQueue<T> {
  const { clock, maxWaiting, attempt, written, nextChange, nextAt, nothing } = deps;
  const waiting = new Set<Waiter<T>>();
  let journal: Promise<void> | undefined;
  let takeBack: (() => void) | undefined;
  let armedAt = Infinity;
  /** Those among the waiting who wait for the journal only. */
  let hasty = 0;

  const leave = (waiter: Waiter<T>): void => {
    if (!waiting.delete(waiter)) return;
    if (isHasty(waiter.request)) hasty -= 1;
    waiter.forget();
  };
  const arm = (blocked: SlotRequest | undefined): void => {
    const own = blocked?.tokens === undefined ? Infinity : (nextAt(blocked) ?? Infinity);
    const at = waiting.size === 0 ? Infinity : Math.min(nextChange(), own);
    if (at === armedAt) return;
    takeBack?.();
    takeBack = undefined;
    armedAt = at;
    if (at === Infinity) return;
    takeBack = clock.after(Math.max(1, at - clock.now()), () => {
      takeBack = undefined;
      armedAt = Infinity;
      serve();
    });
  };
  const serve = (): void => {
    let blocked: SlotRequest | undefined;
    for (const waiter of waiting) {
      const { request } = waiter;
      if (blocked && hasty === 0) break;
      const came = blocked ? 'nobody' : attempt(request);
      if (came === 'journal') {
        const again = (): void => {
          journal = undefined;
          serve();
        };
        // The first in the line goes on when it is written, and all others behind it.
        journal ??= written().then(again, again);
        return;
      }
      if (came !== 'nobody') {
        leave(waiter);
        waiter.resolve(came.got);
        continue;
      }
      if (isHasty(request)) {
        leave(waiter);
        waiter.reject(nothing(request, 'is free'));
      } else if (request.tokens !== undefined || (request.exclude?.size ?? 0) === 0) {
        // Nobody behind passes it; one that excludes some is passed by those who do not.
        blocked ??= request;
      }
    }
    arm(blocked);
  };

  return {
    get size() {
      return waiting.size;
    },

    take(request) {
      const { signal, maxWaitMs = 0 } = request;
      return new Promise<T>((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        if (waiting.size === 0) {
          const came = attempt(request);
          if (typeof came === 'object') return resolve(came.got);
          if (came === 'nobody' && isHasty(request)) return reject(nothing(request, 'is free'));
        }
        if (!isHasty(request) && waiting.size - hasty >= maxWaiting()) {
          return reject(nothing(request, `is free, and ${maxWaiting()} wait already`));
        }
        const stop = (): void => {
          leave(waiter);
          reject(signal?.reason as Error);
          serve();
        };
        const late = (): void => {
          leave(waiter);
          reject(nothing(request, `was free within ${maxWaitMs} ms`));
          serve();
        };
        const takeBackDeadline = maxWaitMs > 0 ? clock.after(maxWaitMs, late) : undefined;
        signal?.addEventListener('abort', stop, { once: true });
        const forget = (): void => {
          takeBackDeadline?.();
          signal?.removeEventListener('abort', stop);
        };
        const waiter: Waiter<T> = { request, resolve, reject, forget };
        waiting.add(waiter);
        if (isHasty(request)) hasty += 1;
        serve();
      });
    },

    serve,

    close(why) {
      takeBack?.();
      for (const waiter of waiting) {
        leave(waiter);
        waiter.reject(why);
      }
    },
  };
}
