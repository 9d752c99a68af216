import type { CollectionDefinition, Document } from '@muster/core';
import type { JsonObject } from '@muster/sdk';

/** What the host remembers of its own, one document a matter. */
export const HOST_STATE: CollectionDefinition = { name: 'host', indexes: {} };

/** A plugin whose settings point at its built-in simulator: `demo/<plugin>`. */
export interface DemoRecord extends Document {
  readonly plugin: string;
  /** The settings as the simulator gave them: while they are in force, the demo is on. */
  readonly config: JsonObject;
}

export const demoId = (plugin: string): string => `demo/${plugin}`;
