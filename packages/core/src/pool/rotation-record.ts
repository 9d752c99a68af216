import type { CollectionDefinition } from '../ports/store.ts';
import type { RateSnapshot } from './rate-window.ts';
import type { Tallied } from './rotation-figures.ts';

/** What the rotation knows of an account's requests, so that a restart goes on within its limits. */
export interface RotationRecord extends RateSnapshot {
  /** The account's id. */
  readonly id: string;
  readonly plugin: string;
  /** Of all its requests so far. */
  readonly tallied?: Readonly<Tallied>;
}

/** Whether the rotation of a plugin ended in order: `open/<plugin>`. */
export interface RotationMark {
  readonly id: string;
  readonly plugin: null;
  readonly open: boolean;
  /** Requests that each account may have made without a trace, if it did not. */
  readonly claim: number;
}

export const ROTATION: CollectionDefinition = {
  name: 'rotation',
  indexes: { plugin: { partition: ['plugin'], order: ['id'] } },
};
