import type { Spans } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import type { Command } from '../keys/command.ts';
import type { Area } from '../state/overlays.ts';
import type { ScreenId } from '../state/navigation.ts';
import type { Store } from '../state/store.ts';
import type { Key } from '../terminal/key.ts';

/** One screen: what it draws, what its keys do, and what it says in the rows around it. */
export interface Screen {
  readonly id: ScreenId;
  readonly commands: readonly Command[];
  /** Whatever its crumbs, status and key bar are made from. */
  readonly stores: readonly Store<unknown>[];
  crumbs(): readonly string[];
  status(): Spans;
  /** Takes keys before the commands do, while something is typed. True when it took the key. */
  capture?(key: Key): boolean;
  /** Esc: one step back inside the screen. False when there is none. */
  back?(): boolean;
  /** Called when it becomes the one shown. */
  enter?(): void;
  view(area: Area): ReactNode;
  close?(): void;
}
