import * as fc from 'fast-check';
import type { Document, Operation, Patch, Query } from '../ports/store.ts';
import type { Filter, Scalar } from '../query/filter.ts';
import { thing } from './store-things.ts';

/** One step of a random history. */
export type Step =
  | { readonly do: 'commit'; readonly operations: readonly Operation[] }
  | { readonly do: 'claim'; readonly query: Query; readonly patch: Patch }
  | { readonly do: 'list'; readonly query: Query }
  | { readonly do: 'count'; readonly where: Filter }
  | { readonly do: 'tally'; readonly fields: readonly string[]; readonly where: Filter | undefined }
  | { readonly do: 'reopen' };

// Few values, so that documents meet: ties, conflicts, moves between partitions. Also texts that order differently by
// UTF-16 unit and by code point, and a name that is dangerous as a property.
const ids = fc.integer({ min: 0, max: 24 }).map((number) => thing(number * 5).id);
const texts = fc.constantFrom('', 'a', 'A', 'b', 'ab', 'é', '\uffff', '😀', '__proto__', '10', '9');
const numbers = fc.constantFrom(-1, 0, 1, 2, 2.5, 3, 1e15);
const states = fc.constantFrom('ready', 'busy', 'cooling');
const mixed = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));

const fields: Record<string, fc.Arbitrary<unknown>> = {
  key: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) },
  ),
  group: fc.constantFrom('red', 'blue'),
  state: states,
  rank: fc.integer({ min: 1, max: 4 }),
  order: fc.integer({ min: 0, max: 8 }),
  label: texts,
  dueAt: fc.oneof(fc.constant(null), numbers),
  lease: fc.oneof(fc.constant(null), fc.record({ holder: fc.constantFrom('x', 'y') })),
  extra: mixed,
  ['__proto__']: fc.constant({ state: 'ready' }),
};

const documents = fc
  .tuple(ids, fc.record(fields, { requiredKeys: ['group', 'state', 'order'] }))
  .map(([id, rest]) => Object.assign(rest, { id }));

const patches = fc.record(
  { set: fc.record(fields, { requiredKeys: [] }), add: fc.record({ uses: fc.integer({ min: -2, max: 2 }) }) },
  { requiredKeys: ['set'] },
) as fc.Arbitrary<Patch>;

const conditions = fc.record({ state: states, 'lease.holder': fc.constantFrom('x', 'y', null) }, { requiredKeys: [] });

const operations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: documents.map((document): Operation => ({ insert: 'things', document: document as Document })) },
  {
    weight: 3,
    arbitrary: fc.record(
      { update: fc.constant('things'), id: ids, patch: patches, if: conditions },
      { requiredKeys: ['update', 'id', 'patch'] },
    ),
  },
  { weight: 1, arbitrary: ids.map((id): Operation => ({ delete: 'things', id })) },
);

const paths = fc.constantFrom(
  'id',
  'key',
  'group',
  'state',
  'rank',
  'order',
  'label',
  'dueAt',
  'lease.holder',
  'extra',
  'uses',
  'missing',
);
const valueOf = (field: string): fc.Arbitrary<Scalar> =>
  (field === 'id'
    ? ids
    : field === 'lease.holder'
      ? fc.constantFrom('x', null)
      : (fields[field] ?? mixed)) as fc.Arbitrary<Scalar>;

const leaves: fc.Arbitrary<Filter> = paths.chain((field) => {
  const value = valueOf(field);
  return fc.oneof(
    fc.tuple(fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'), value).map(([op, at]) => ({ op, field, value: at }) as const),
    fc.array(value, { maxLength: 3 }).map((values) => ({ op: 'in', field, values }) as const),
    fc.constantFrom('A', 'e', '1').map((text): Filter => ({ op: 'contains', field, value: text })),
    fc.constantFrom('^a', '.b$').map((pattern): Filter => ({ op: 'matches', field, pattern })),
  );
});

const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaves,
    fc.array(tie('filter'), { maxLength: 3 }).map((parts): Filter => ({ op: 'all', filters: parts })),
    fc.array(tie('filter'), { maxLength: 3 }).map((parts): Filter => ({ op: 'any', filters: parts })),
    tie('filter').map((filter): Filter => ({ op: 'not', filter })),
  ),
})).filter;

/** What the pool asks: one group, ready, a range of ranks. */
const poolFilters: fc.Arbitrary<Filter> = fc
  .tuple(fc.constantFrom('red', 'blue'), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .map(([group, low, high]) => ({
    op: 'all',
    filters: [
      { op: 'eq', field: 'group', value: group },
      { op: 'eq', field: 'state', value: 'ready' },
      { op: 'gte', field: 'rank', value: low },
      { op: 'lte', field: 'rank', value: high },
    ],
  }));

const queries: fc.Arbitrary<Query> = fc
  .record(
    {
      where: fc.oneof(filters, poolFilters),
      sort: fc.record({ by: fc.oneof(fc.constant('order'), paths), descending: fc.boolean() }),
      limit: fc.integer({ min: 0, max: 6 }),
      offset: fc.integer({ min: 0, max: 4 }),
    },
    { requiredKeys: [] },
  )
  .map((query) => query as Query);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(operations, { minLength: 1, maxLength: 6 }).map((list): Step => ({ do: 'commit', operations: list })),
  },
  { weight: 4, arbitrary: fc.tuple(queries, patches).map(([query, patch]): Step => ({ do: 'claim', query, patch })) },
  { weight: 4, arbitrary: queries.map((query): Step => ({ do: 'list', query })) },
  { weight: 1, arbitrary: filters.map((where): Step => ({ do: 'count', where })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.subarray(['group', 'state', 'rank']), fc.option(fc.oneof(filters, poolFilters), { nil: undefined }))
      .map(([asked, where]): Step => ({ do: 'tally', fields: asked, where })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'reopen' }) },
);

/** Random lives of the collection `things`, begun with some that are there already: few enough to sort, or enough for an index. */
export const histories = fc.record({
  before: fc.constantFrom(0, 20, 200),
  steps: fc.array(steps, { minLength: 5, maxLength: 40 }),
});
