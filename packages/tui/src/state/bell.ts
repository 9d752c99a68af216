import type { Prompt } from '@muster/api';
import type { Look } from './look.ts';
import type { Readable } from './store.ts';

export interface BellOptions {
  readonly prompts: Readable<readonly Prompt[]>;
  readonly look: Readable<Look>;
  /** The first list is in: what waited before is not new. */
  readonly ready: Promise<void>;
  /** Rings the terminal's bell. */
  readonly ring: () => void;
}

/** Rings once for each new question, unless it is switched off. */
export function createBell({ prompts, look, ready, ring }: BellOptions): () => void {
  let known: ReadonlySet<string> | undefined;
  const note = (): ReadonlySet<string> => (known = new Set(prompts.get().map(({ id }) => id)));
  const begin = async (): Promise<void> => {
    await ready;
    note();
  };
  void begin();
  return prompts.subscribe(() => {
    const before = known;
    if (before === undefined) return;
    const isNew = [...note()].some((id) => !before.has(id));
    if (isNew && look.get().bell === 'on') ring();
  });
}
