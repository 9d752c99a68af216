import type { Prompt } from '@muster/api';
import { type Picture, readPicture } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { messageOf } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

/** The picture of the question under the pointer. */
export interface ShownPicture {
  readonly prompt: string;
  /** Null while it is on its way, and when it cannot be drawn. */
  readonly picture: Picture | null;
  /** Why it cannot be drawn; empty when it can. */
  readonly problem: string;
}

export interface PromptPicture {
  readonly shown: Store<ShownPicture | null>;
  /** Fetches what belongs to the question, when that is another one than before. */
  readonly follow: (prompt: Prompt | undefined) => void;
  readonly close: () => void;
}

export function createPromptPicture({ client }: Shell): PromptPicture {
  const shown = createStore<ShownPicture | null>(null);
  let asking: AbortController | undefined;

  async function load(prompt: string, signal: AbortSignal): Promise<void> {
    const response = await client.bytes('promptImage', { params: { id: prompt } }, signal);
    const picture = await readPicture(new Uint8Array(await response.arrayBuffer()));
    if (!signal.aborted) shown.set({ prompt, picture, problem: '' });
  }

  return {
    shown,
    follow(prompt) {
      const id = prompt?.hasImage === true ? prompt.id : undefined;
      if (shown.get()?.prompt === id) return;
      asking?.abort();
      if (id === undefined) return shown.set(null);
      const { signal } = (asking = new AbortController());
      shown.set({ prompt: id, picture: null, problem: '' });
      load(id, signal).catch((thrown: unknown) => {
        if (!signal.aborted) shown.set({ prompt: id, picture: null, problem: messageOf(thrown) });
      });
    },
    close: () => asking?.abort(),
  };
}
