import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation, Store, StoreChange, StoreOptions, Tally } from '../ports/store.ts';
import { all, between, eq, oneOf } from '../query/filter.ts';
import { histories, type Step } from './store-histories.ts';
import { createStoreModel } from './store-model.ts';
import { THINGS, thing, type Thing } from './store-things.ts';

export interface StoreUnderTest {
  open(options: StoreOptions): Promise<Store>;
  /** Does what was committed outlive `close`? */
  readonly durable: boolean;
  /** Random histories to try. Default 60. */
  readonly histories?: number;
}

const insert = (...things: readonly Thing[]): Operation[] => things.map((document) => ({ insert: 'things', document }));
const many = (count: number): Thing[] => Array.from({ length: count }, (_, number) => thing(number));
const idsOf = (things: readonly { readonly id: string }[]): string[] => things.map(({ id }) => id);
const inAnyOrder = (tallies: readonly Tally[]): Tally[] =>
  tallies.toSorted((left, right) => (JSON.stringify(left.key) < JSON.stringify(right.key) ? -1 : 1));

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  );

/** Every store passes this suite: what the port promises, and random histories compared with a naive model. */
export const storeConformance = (name: string, subject: StoreUnderTest): void => {
  describe(`store conformance: ${name}`, () => {
    let directory: string;
    let store: Store;
    const open = (): Promise<Store> => subject.open({ directory, collections: [THINGS], now: () => 1000 });

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'muster-store-'));
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await rm(directory, { recursive: true });
    });

    it('gives back what was inserted, and nothing for an id it does not know', async () => {
      await store.commit(insert(thing(1)));
      expect(await store.get('things', 't000001')).toEqual(thing(1));
      expect(await store.get('things', 'nobody')).toBeUndefined();
    });

    it('replaces fields, keeps null as a value and adds to numbers', async () => {
      await store.commit(insert(thing(1)));
      await store.commit([
        { update: 'things', id: 't000001', patch: { set: { label: 'new', key: null }, add: { uses: 2, fresh: 1 } } },
      ]);
      expect(await store.get('things', 't000001')).toEqual({ ...thing(1), label: 'new', key: null, uses: 2, fresh: 1 });
    });

    it('does not change documents that it handed out or took', async () => {
      const mine = { ...thing(1), tags: ['a'] };
      await store.commit(insert(mine));
      mine.tags.push('b');
      const before = await store.get<Thing>('things', 't000001');
      await store.commit([{ update: 'things', id: 't000001', patch: { set: { tags: ['c'] } } }]);
      expect(before?.tags).toEqual(['a']);
      expect((await store.get<Thing>('things', 't000001'))?.tags).toEqual(['c']);
    });

    it('keeps a field named __proto__ as data', async () => {
      const document = JSON.parse('{"id":"p","__proto__":{"state":"ready"}}') as Thing;
      await store.commit(insert(document));
      await store.commit([{ update: 'things', id: 'p', patch: { set: JSON.parse('{"__proto__":{"group":"red"}}') } }]);
      const kept = await store.get<Thing>('things', 'p');
      expect(JSON.stringify(kept)).toBe('{"id":"p","__proto__":{"group":"red"}}');
      expect(kept?.group).toBeUndefined();
      expect(await store.count('things', eq('group', 'red'))).toBe(0);
    });

    it('keeps texts of any content and length', async () => {
      const label = `\u0000\u001b]52;c;x\u0007 "quoted" \\ \n \u2028 \u202e \ud800 😀 ${'x'.repeat(10_000)}`;
      await store.commit(insert(thing(1, { label })));
      expect((await store.get<Thing>('things', 't000001'))?.label).toBe(label);
    });

    it.each<[string, Operation]>([
      ['an insert of a known id', { insert: 'things', document: thing(1, { key: null }) }],
      ['an insert of a known unique value', { insert: 'things', document: thing(9, { key: 'key-1' }) }],
      ['an update to a known unique value', { update: 'things', id: 't000002', patch: { set: { key: 'key-1' } } }],
      ['an update of an unknown id', { update: 'things', id: 'nobody', patch: { set: { rank: 1 } } }],
      ['a delete of an unknown id', { delete: 'things', id: 'nobody' }],
      ['a condition that is not met', { update: 'things', id: 't000001', patch: {}, if: { 'lease.holder': 'x' } }],
    ])('refuses %s as STORE_CONFLICT, with all that was committed beside it', async (_, operation) => {
      await store.commit(insert(thing(1), thing(2)));
      const whole: Operation[] = [
        { insert: 'things', document: thing(7) },
        { update: 'things', id: 't000001', patch: { set: { rank: 99, state: 'busy' } } },
        { delete: 'things', id: 't000002' },
        { insert: 'things', document: thing(2) },
        operation,
      ];
      expect(await refusal(store.commit(whole))).toBe('STORE_CONFLICT');
      expect(await store.list('things')).toEqual([thing(1), thing(2)]);
      expect(await store.tally('things', ['state'])).toEqual([{ key: ['ready'], count: 2 }]);
      expect(idsOf(await store.claim('things', { where: eq('rank', 99), limit: 5 }, {}))).toEqual([]);
    });

    it.each<[string, Operation]>([
      ['an empty id', { insert: 'things', document: thing(1, { id: '' }) }],
      ['an id that is no text', { insert: 'things', document: { id: 7 } as unknown as Thing }],
      ['a document that is a list', { insert: 'things', document: [] as unknown as Thing }],
      ['a changed id', { update: 'things', id: 't000001', patch: { set: { id: 'other' } } }],
      ['an infinite addition', { update: 'things', id: 't000001', patch: { add: { uses: Infinity } } }],
      ['an addition to text', { update: 'things', id: 't000001', patch: { add: { label: 1 } } }],
    ])('refuses %s as BAD_INPUT', async (_, operation) => {
      await store.commit(insert(thing(1)));
      expect(await refusal(store.commit([operation]))).toBe('BAD_INPUT');
      expect(await store.list('things')).toEqual([thing(1)]);
    });

    it('releases a unique value when its document is deleted or lets go of it', async () => {
      await store.commit(insert(thing(1), thing(2)));
      await store.commit([
        { delete: 'things', id: 't000001' },
        { update: 'things', id: 't000002', patch: { set: { key: null } } },
        ...insert(thing(3, { key: 'key-1' }), thing(4, { key: 'key-2' })),
      ]);
      expect(await store.count('things')).toBe(3);
    });

    it('claims in order over partitions, and never the same document twice', async () => {
      await store.commit(insert(...many(300)));
      const query = {
        where: all(eq('group', 'red'), eq('state', 'ready'), between('rank', 2, 4)),
        sort: { by: 'order' },
        limit: 7,
      };
      const expected = many(300).filter(({ group, rank }) => group === 'red' && rank >= 2 && rank <= 4);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, holder) =>
          store.claim<Thing>('things', query, { set: { state: 'busy', lease: { holder: `h${holder}` } }, add: { uses: 1 } }),
        ),
      );
      expect(idsOf(claims.flat())).toEqual(idsOf(expected.slice(0, 140)));
      expect(claims.flat().every(({ state, uses }) => state === 'busy' && uses === 1)).toBe(true);
      expect(claims[3]?.[0]?.lease).toEqual({ holder: 'h3' });
    });

    it('claims one document when no limit is given, and none when nothing matches', async () => {
      await store.commit(insert(...many(5)));
      expect(await store.claim('things', { sort: { by: 'order', descending: true } }, { set: { rank: 0 } })).toEqual([
        { ...thing(4), rank: 0 },
      ]);
      expect(await store.claim('things', { where: eq('state', 'gone'), limit: 10 }, { set: { rank: 0 } })).toEqual([]);
    });

    it('lists by an index, without one, in both directions and in windows', async () => {
      await store.commit(insert(...many(2000)));
      const reds = many(2000).filter(({ group }) => group === 'red');
      const list = (by: string, descending: boolean) =>
        store.list<Thing>('things', { where: eq('group', 'red'), sort: { by, descending }, offset: 3, limit: 4 });
      expect(idsOf(await list('uses', false))).toEqual(idsOf(reds.slice(3, 7)));
      expect(idsOf(await list('uses', true))).toEqual(idsOf(reds.toReversed().slice(3, 7)));
      const byLabel = reds.toSorted((left, right) => (left.label < right.label ? -1 : 1));
      expect(idsOf(await list('label', false))).toEqual(idsOf(byLabel.slice(3, 7)));
      expect(idsOf(await list('label', true))).toEqual(idsOf(byLabel.toReversed().slice(3, 7)));
    });

    it('counts and tallies, with and without a kept tally', async () => {
      await store.commit(insert(...many(10)));
      await store.claim('things', { where: eq('group', 'red'), limit: 2 }, { set: { state: 'busy' } });
      expect(await store.count('things')).toBe(10);
      expect(await store.count('things', oneOf('state', ['busy', 'gone']))).toBe(2);
      expect(await store.tally('things', ['group', 'state'])).toEqual([
        { key: ['blue', 'ready'], count: 4 },
        { key: ['red', 'ready'], count: 4 },
        { key: ['red', 'busy'], count: 2 },
      ]);
      expect(await store.tally('things', ['rank'], eq('state', 'busy'))).toHaveLength(2);
    });

    it('scans every document once while others work', async () => {
      await store.commit(insert(...many(3000)));
      const seen = new Set<string>();
      for await (const { id } of store.scan<Thing>('things')) {
        if (seen.size === 10) await store.commit([{ update: 'things', id: 't000005', patch: { set: { rank: 50 } } }]);
        seen.add(id);
      }
      expect(seen.size).toBe(3000);
    });

    it('stops a scan when asked to', async () => {
      await store.commit(insert(...many(3000)));
      const abort = new AbortController();
      const scan = async (): Promise<void> => {
        for await (const _ of store.scan('things', abort.signal)) abort.abort();
      };
      await expect(scan()).rejects.toThrow('abort');
    });

    it('tells of each commit once, in order, until the subscription ends', async () => {
      const told: (readonly StoreChange[])[] = [];
      const end = store.subscribe((changes) => told.push(changes));
      await Promise.all([store.commit(insert(thing(1))), store.claim('things', {}, { set: { rank: 7 } })]);
      expect(await refusal(store.commit([{ delete: 'things', id: 'nobody' }]))).toBe('STORE_CONFLICT');
      end();
      await store.commit(insert(thing(2)));
      expect(told).toEqual([[{ collection: 'things', ids: ['t000001'] }], [{ collection: 'things', ids: ['t000001'] }]]);
    });

    it('refuses queries that make no sense and collections that it does not have', async () => {
      expect(await refusal(store.list('things', { limit: -1 }))).toBe('BAD_INPUT');
      expect(await refusal(store.list('things', { offset: 0.5 }))).toBe('BAD_INPUT');
      expect(await refusal(store.list('things', { where: { op: 'matches', field: 'label', pattern: '(' } }))).toBe('BAD_FILTER');
      expect(await refusal(store.count('nothing'))).toBe('INTERNAL');
    });

    it('takes nothing after it was closed, and closes twice without harm', async () => {
      await store.close();
      await store.close();
      expect(await refusal(store.commit(insert(thing(1))))).toBe('UNAVAILABLE');
      expect(await refusal(store.get('things', 't000001'))).toBe('UNAVAILABLE');
    });

    it('finds everything again after it was closed, if it is durable', async () => {
      const pending = [
        store.commit(insert(...many(100))),
        store.claim('things', { limit: 3 }, { set: { state: 'busy' }, add: { uses: 1 } }),
      ];
      await store.close();
      await Promise.all(pending);
      store = await open();
      const expected = many(100).map((each, at) => (at < 3 ? thing(at, { state: 'busy', uses: 1 }) : each));
      expect(await store.list('things')).toEqual(subject.durable ? expected : []);
      expect((await store.status()).recovered).toEqual([]);
    });

    const play = async (step: Step, model: ReturnType<typeof createStoreModel>): Promise<void> => {
      if (step.do === 'commit') {
        const outcome = await refusal(store.commit(step.operations));
        expect(outcome).toBe(model.commit(step.operations) === 'done' ? 'done' : 'STORE_CONFLICT');
      } else if (step.do === 'claim') {
        const expected = model.claim(step.query, step.patch);
        if (expected === 'conflict') expect(await refusal(store.claim('things', step.query, step.patch))).toBe('STORE_CONFLICT');
        else expect(await store.claim('things', step.query, step.patch)).toEqual(expected);
      } else if (step.do === 'list') expect(await store.list('things', step.query)).toEqual(model.list(step.query));
      else if (step.do === 'count') expect(await store.count('things', step.where)).toBe(model.count(step.where));
      else if (step.do === 'tally')
        expect(inAnyOrder(await store.tally('things', step.fields, step.where))).toEqual(
          inAnyOrder(model.tally(step.fields, step.where)),
        );
      else if (subject.durable) {
        await store.close();
        store = await open();
      }
    };

    it('answers as a naive list would, over random histories', async () => {
      await fc.assert(
        fc.asyncProperty(histories, async ({ before, steps }) => {
          await store.close();
          await rm(directory, { recursive: true });
          directory = await mkdtemp(join(tmpdir(), 'muster-store-'));
          store = await open();
          const model = createStoreModel(['key']);
          await play({ do: 'commit', operations: insert(...many(before).map((_, at) => thing(at, { order: at % 9 }))) }, model);
          for (const step of steps) await play(step, model);
          expect(await store.list('things')).toEqual(model.list({}));
        }),
        { numRuns: subject.histories ?? 60 },
      );
    });
  });
};
