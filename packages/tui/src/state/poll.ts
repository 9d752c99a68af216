import type { Shell } from '../shell.ts';

export interface Poll {
  /** Asks now, and from then on again and again while `isShown`. */
  readonly start: () => void;
  readonly close: () => void;
}

export interface PollOptions {
  readonly everyMs: number;
  readonly isShown: () => boolean;
  readonly ask: (signal: AbortSignal) => Promise<void>;
  /** What goes wrong, but for a host that is gone: that is shown anyway. */
  readonly failed: (thrown: unknown) => void;
}

/** For figures that nobody tells of by themselves: one question at a time, none while nobody looks or the host is away. */
export function createPoll({ live }: Pick<Shell, 'live'>, { everyMs, isShown, ask, failed }: PollOptions): Poll {
  let timer: NodeJS.Timeout | undefined;
  let asking: AbortController | undefined;

  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (isShown() ? void round() : undefined), everyMs).unref();
  };
  const round = async (): Promise<void> => {
    const { signal } = (asking = new AbortController());
    try {
      if (live.link.get().kind === 'live' || live.link.get().kind === 'connecting') await ask(signal);
    } catch (thrown) {
      if (!signal.aborted) failed(thrown);
    }
    if (!signal.aborted) later();
  };
  const stop = (): void => {
    clearTimeout(timer);
    asking?.abort();
  };
  return {
    start() {
      stop();
      if (isShown()) void round();
    },
    close: stop,
  };
}
