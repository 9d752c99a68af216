import { MusterError } from '@muster/sdk';
import type { LiveSession } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { Clock } from '../ports/clock.ts';
import type { SessionPolicy } from './session-policy.ts';

/** Looks at each change until there is a session or an error; gives up after `policy.readyMs`, for another try of the task. */
export function waitUntilReady(
  { clock, change$, policy }: { readonly clock: Clock; readonly change$: Observable<string>; readonly policy: SessionPolicy },
  { look, signal }: { readonly look: () => LiveSession | 'wait' | MusterError; readonly signal: AbortSignal },
): Promise<LiveSession> {
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = [];
    const end = (): void => {
      for (const each of ends.splice(0)) each();
    };
    const stop = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const see = (): void => {
      const found = look();
      if (found === 'wait') return;
      end();
      if (found instanceof MusterError) reject(found);
      else resolve(found);
    };
    const giveUp = (): void => {
      end();
      const seconds = policy.readyMs / 1_000;
      reject(new MusterError('SESSION_NOT_READY', `The session did not get ready within ${seconds} s.`, { remedy: 'retry' }));
    };
    if (signal.aborted) return stop();
    const subscription = change$.subscribe({ next: see, complete: see });
    signal.addEventListener('abort', stop, { once: true });
    ends.push(
      () => subscription.unsubscribe(),
      () => signal.removeEventListener('abort', stop),
      clock.after(policy.readyMs, giveUp),
    );
    return see();
  });
}
