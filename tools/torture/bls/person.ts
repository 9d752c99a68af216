import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@muster/api';
import type { Site } from './site.ts';

/** Answers every question of a host through its API, as a script of the operator's would, until it is stopped. */
export function answerAll(
  client: () => Client | undefined,
  site: Pick<Site, 'answer'>,
  everyMs = 40,
): { readonly answered: () => number; stop(): Promise<void> } {
  const over = new AbortController();
  let answered = 0;
  const seen = new Set<string>();
  const round = async (): Promise<void> => {
    const host = client();
    if (!host) return;
    // A host that was just killed answers nothing: looked at again.
    const prompts = await host.call('listPrompts').catch(() => []);
    await Promise.all(
      prompts
        .filter(({ id }) => !seen.has(id))
        .map(async ({ id, kind, label }) => {
          const text = await site.answer({ kind, label });
          if (text === undefined) return;
          seen.add(id);
          await host.call('answerPrompt', { params: { id }, body: { text } }).then(
            () => (answered += 1),
            () => undefined,
          );
        }),
    );
  };
  const running = (async () => {
    while (!over.signal.aborted) {
      await round();
      await sleep(everyMs);
    }
  })();
  return {
    answered: () => answered,
    async stop() {
      over.abort();
      await running;
    },
  };
}
