import type { Json } from '@muster/sdk';
import type { CollectionDefinition } from '../ports/store.ts';

/** A plugin's document as it is stored: `<plugin>/<kind>/<key>`. */
export interface RecordDocument {
  readonly id: string;
  readonly plugin: string;
  readonly kind: string;
  readonly key: string;
  readonly group: string;
  readonly at: number;
  readonly data: Json;
  readonly revision: number;
}

export const RECORDS: CollectionDefinition = {
  name: 'records',
  indexes: {
    kind: { partition: ['plugin', 'kind'], order: ['at'] },
    group: { partition: ['plugin', 'kind', 'group'], order: ['at'] },
  },
};
