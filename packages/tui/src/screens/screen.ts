import type { Spans } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import type { Command } from '../keys/command.ts';
import type { Area } from '../state/overlays.ts';
import type { ScreenId } from '../state/navigation.ts';
import type { Readable } from '../state/store.ts';
import type { Spoken } from '../spoken/spoken.ts';
import type { Key } from '../terminal/key.ts';

/** One screen: what it draws, what its keys do, and what it says in the rows around it. */
export interface Screen {
  readonly id: ScreenId;
  readonly commands: readonly Command[];
  /** Whatever its crumbs, status and key bar are made from. */
  readonly stores: readonly Readable<unknown>[];
  readonly crumbs: () => readonly string[];
  readonly status: () => Spans;
  /** Takes keys before the commands do, while something is typed. True when it took the key. */
  readonly capture?: (key: Key) => boolean;
  /** Esc: one step back inside the screen. False when there is none. */
  readonly back?: () => boolean;
  /** For the key bar while it captures keys; undefined while it does not. */
  readonly hints?: () => readonly (readonly [key: string, does: string])[] | undefined;
  /** Called when it becomes the one shown. */
  readonly enter?: () => void;
  /** The same for readers of screens; without it only its name is said. */
  readonly spoken?: () => Spoken;
  readonly view: (area: Area) => ReactNode;
  readonly close?: () => void;
}
