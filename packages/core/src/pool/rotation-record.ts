import type { CollectionDefinition } from '../ports/store.ts';

/** What the rotation knows of an account's requests, so that a restart goes on within its limits. */
export interface RotationRecord {
  /** The account's id. */
  readonly id: string;
  readonly plugin: string;
  /** When the requests that still count were sent. */
  readonly sent: readonly number[];
  readonly restUntil: number;
}

export const ROTATION: CollectionDefinition = {
  name: 'rotation',
  indexes: { plugin: { partition: ['plugin'], order: ['id'] } },
};
