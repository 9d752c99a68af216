import type { ReactNode } from 'react';
import type { Spoken } from '../spoken/spoken.ts';
import type { Key } from '../terminal/key.ts';
import { createStore, type Store } from './store.ts';

/** How long a dialog ignores keys after it opened: a key held down, or typed ahead, must not answer it. */
const DIALOG_GUARD_MS = 250;

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Something in front of the screen that takes all keys. */
export interface Overlay {
  readonly crumb: string;
  /** True where a key can do something: such a dialog ignores its first keys. A field that is only typed into need not. */
  readonly guarded: boolean;
  /** For the key bar: key and what it does. */
  readonly hints: () => readonly (readonly [key: string, does: string])[];
  readonly onKey: (key: Key) => void;
  /** The same for readers of screens. */
  readonly spoken?: () => Spoken;
  readonly view: (area: Area) => ReactNode;
}

export interface Overlays {
  readonly stack: Store<readonly { readonly overlay: Overlay; readonly openedAt: number }[]>;
  readonly top: () => Overlay | undefined;
  readonly open: (overlay: Overlay) => void;
  /** What it opened stays: a form may lead to a question. */
  readonly close: (overlay: Overlay) => void;
  /** Hands a key to the overlay in front; false when there is none. */
  readonly press: (key: Key) => boolean;
}

export function createOverlays(now: () => number): Overlays {
  const stack = createStore<readonly { overlay: Overlay; openedAt: number }[]>([]);
  return {
    stack,
    top: () => stack.get().at(-1)?.overlay,
    open: (overlay) => stack.update((open) => [...open, { overlay, openedAt: now() }]),
    close: (overlay) => stack.update((open) => open.filter((entry) => entry.overlay !== overlay)),
    press(key) {
      const front = stack.get().at(-1);
      if (front === undefined) return false;
      if (!front.overlay.guarded || now() - front.openedAt >= DIALOG_GUARD_MS) front.overlay.onKey(key);
      return true;
    },
  };
}
