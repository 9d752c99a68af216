import type { CollectionDefinition, Document } from '../ports/store.ts';

/** The collection that store tests work on: every kind of index, a unique path, a tally. */
export const THINGS: CollectionDefinition = {
  name: 'things',
  indexes: {
    pool: { partition: ['group', 'rank'], order: ['order'], where: { state: 'ready' } },
    due: { partition: [], order: ['dueAt'] },
    holder: { partition: ['lease.holder'], order: ['order'] },
    label: { partition: ['group'], order: ['label'] },
  },
  unique: ['key'],
  tallies: [['group', 'state']],
};

export interface Thing extends Document {
  readonly key: string | null;
  readonly group: string;
  readonly state: string;
  readonly rank: number;
  readonly order: number;
  readonly label: string;
  readonly dueAt: number | null;
  readonly lease: { readonly holder: string } | null;
  readonly uses: number;
  readonly tags: readonly string[];
}

/** A thing with a place in every index; `order` follows the number. */
export const thing = (number: number, fields: Partial<Thing> = {}): Thing => ({
  id: `t${String(number).padStart(6, '0')}`,
  key: `key-${number}`,
  group: number % 3 === 0 ? 'blue' : 'red',
  state: 'ready',
  rank: 1 + (number % 5),
  order: number,
  label: `Thing ${number}`,
  dueAt: null,
  lease: null,
  uses: 0,
  tags: [],
  ...fields,
});
