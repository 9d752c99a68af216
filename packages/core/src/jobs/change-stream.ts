import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Clock } from '../ports/clock.ts';
import type { JobSnapshot } from './jobs.ts';

/** Snapshots on their way out: at once when a job's state changes, else together after a short while. */
export interface ChangeStream {
  readonly change$: Observable<JobSnapshot>;
  now(id: string, snapshot: () => JobSnapshot): void;
  soon(id: string, snapshot: () => JobSnapshot): void;
  close(): void;
}

export function createChangeStream(clock: Clock, everyMs: number): ChangeStream {
  const subject = new Subject<JobSnapshot>();
  const due = new Map<string, () => void>();
  return {
    change$: subject.asObservable(),
    now(id, snapshot) {
      due.get(id)?.();
      due.delete(id);
      if (subject.observed) subject.next(snapshot());
    },
    soon(id, snapshot) {
      if (due.has(id)) return;
      const takeBack = clock.after(everyMs, () => {
        due.delete(id);
        if (subject.observed) subject.next(snapshot());
      });
      due.set(id, takeBack);
    },
    close() {
      for (const takeBack of due.values()) takeBack();
      due.clear();
      subject.complete();
    },
  };
}
