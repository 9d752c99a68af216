import { watch, type Client, type Job, type Prompt } from '@muster/api';
import { MusterError, toMusterError } from '@muster/sdk';

/** How long a host may be away before following ends; a restart takes less. */
const AWAY_AT_MOST_MS = 15_000;

export interface FollowOptions {
  readonly signal: AbortSignal;
  onJob(job: Job): void;
  /** Questions of this job that wait for a person. */
  onPrompts(prompts: readonly Prompt[]): void;
}

export const isOver = ({ state }: Job): boolean => state === 'done' || state === 'cancelled';

/** Follows a job until it is over: what it is now, then its changes, across a restart of the host. ABORTED with the signal. */
export function followJob(client: Client, id: string, { signal, onJob, onPrompts }: FollowOptions): Promise<Job> {
  return new Promise((resolve, reject) => {
    let latest: Job | undefined;
    let away: NodeJS.Timeout | undefined;
    const end = (finish: () => void): void => {
      clearTimeout(away);
      signal.removeEventListener('abort', abort);
      subscription.unsubscribe();
      finish();
    };
    const fail = (thrown: unknown): void => end(() => reject(thrown instanceof Error ? thrown : toMusterError(thrown)));
    const abort = (): void => fail(new MusterError('ABORTED', 'Stopped following the job; it goes on.'));
    const take = (job: Job): void => {
      // An answer that was asked for may come after a newer change.
      if (job.id !== id || (latest && isOver(latest))) return;
      latest = job;
      onJob(job);
      if (isOver(job)) end(() => resolve(job));
    };
    const list = (): void => {
      client.call('getJob', { params: { id } }, signal).then(take, (thrown: unknown) => {
        if ((thrown as { code?: unknown }).code === 'NOT_FOUND') fail(thrown);
      });
      client.call('listPrompts', {}, signal).then(
        (prompts) => onPrompts(prompts.filter(({ job }) => job === id)),
        () => undefined,
      );
    };
    const subscription = watch(client, { topics: ['job', 'prompts'], job: id }).subscribe({
      next(message) {
        if (message.kind === 'up') {
          clearTimeout(away);
          away = undefined;
          list();
        } else if (message.kind === 'lagged') list();
        else if (message.kind === 'job') take(message.job);
        else if (message.kind === 'prompts') onPrompts(message.prompts.filter(({ job }) => job === id));
        else if (message.kind === 'down') {
          away ??= setTimeout(() => {
            fail(
              new MusterError(
                'HOST_GONE',
                `The host has ended (${message.reason}). The job goes on when it starts again: muster jobs watch ${id}`,
              ),
            );
          }, AWAY_AT_MOST_MS);
        }
      },
      error: fail,
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
