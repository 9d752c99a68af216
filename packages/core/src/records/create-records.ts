import { MusterError, type RecordChange, type RecordEntry, type Records, type StoredRecord } from '@muster/sdk';
import { jsonValue } from '../jobs/json-value.ts';
import type { Clock } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { all, eq, type Filter } from '../query/filter.ts';
import type { RecordDocument } from './record-document.ts';

const KIND = /^[a-z][a-z0-9-]{0,63}$/;
const MAX_NAME = 200;
const MAX_JSON = 1_048_576;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;
const MAX_CHANGES = 10_000;
const RETRIES = 10;

const bad = (message: string): MusterError => new MusterError('BAD_INPUT', message);

const entryOf = ({ key, group, at, data, revision }: RecordDocument): StoredRecord => ({
  key,
  group,
  at,
  data: structuredClone(data),
  revision,
});

/** The documents of one kind of one plugin. BAD_INPUT for a kind that is no kebab-case name. */
export function createRecords(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { plugin, kind }: { readonly plugin: string; readonly kind: string },
): Records {
  if (!KIND.test(kind)) throw bad(`kind: "${kind}" is not a kebab-case name of at most 64 characters.`);
  const ofKind = all(eq('plugin', plugin), eq('kind', kind));

  const checkName = (what: string, text: unknown, least: number): string => {
    if (typeof text === 'string' && text.length >= least && text.length <= MAX_NAME && text.isWellFormed()) return text;
    throw bad(`${what}: a text of ${least} to ${MAX_NAME} characters is needed for a "${kind}" record.`);
  };
  const idOf = (key: string): string => `${plugin}/${kind}/${checkName('key', key, 1)}`;
  const fieldsOf = ({ group, at, data }: RecordEntry): Pick<RecordDocument, 'group' | 'at' | 'data'> => {
    if (!Number.isFinite(at)) throw bad(`at: a number is needed for a "${kind}" record, not ${at}.`);
    const kept = jsonValue(data, { what: `A "${kind}" record`, maxLength: MAX_JSON });
    return { group: checkName('group', group, 0), at, data: kept };
  };
  const insert = (entry: RecordEntry): Operation => {
    // From the clock, so that a key that was taken away and comes again does not count from where it was.
    const document: RecordDocument = {
      id: idOf(entry.key),
      plugin,
      kind,
      key: entry.key,
      ...fieldsOf(entry),
      revision: Math.max(1, Math.floor(clock.now())),
    };
    return { insert: 'records', document };
  };
  const update = (entry: RecordEntry, revision: number): Operation => ({
    update: 'records',
    id: idOf(entry.key),
    patch: { set: { ...fieldsOf(entry), revision: revision + 1 } },
    if: { revision },
  });
  const keyOf = (change: RecordChange): string => {
    if ('insert' in change) return change.insert.key;
    if ('put' in change) return change.put.key;
    return 'replace' in change ? change.replace.key : change.remove;
  };
  const read = (key: string): Promise<RecordDocument | undefined> => store.get<RecordDocument>('records', idOf(key));

  const operationsOf = async (change: RecordChange): Promise<Operation[]> => {
    if ('insert' in change) return [insert(change.insert)];
    if ('replace' in change) return [update(change.replace, change.revision)];
    const before = await read(keyOf(change));
    if ('put' in change) return [before ? update(change.put, before.revision) : insert(change.put)];
    if (!before) return [];
    const { id, revision } = before;
    // A delete has no condition of its own; the update before it has.
    return [
      { update: 'records', id, patch: { add: { revision: 1 } }, if: { revision } },
      { delete: 'records', id },
    ];
  };
  /** CONFLICT when a condition of the caller's own is not met; then another try is of no use. */
  const checkConditions = async (changes: readonly RecordChange[]): Promise<void> => {
    for (const change of changes) {
      if (!('insert' in change) && !('replace' in change)) continue;
      const key = keyOf(change);
      const there = await read(key);
      const details = { kind, key };
      if ('insert' in change && there) {
        throw new MusterError('CONFLICT', `There is a "${kind}" record "${key}" already.`, { details });
      }
      if ('replace' in change && there?.revision !== change.revision) {
        const why = there ? 'has changed since it was read' : 'is gone';
        throw new MusterError('CONFLICT', `The "${kind}" record "${key}" ${why}; read it again.`, { details });
      }
    }
  };

  return {
    async get(key) {
      const found = await read(key);
      return found && entryOf(found);
    },

    async list({ group, from, to, newestFirst = false, offset = 0, limit = DEFAULT_LIMIT } = {}) {
      if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) {
        throw bad(`limit: a whole number from 0 to ${MAX_LIMIT} is needed, not ${limit}.`);
      }
      if (!Number.isInteger(offset) || offset < 0) throw bad(`offset: a whole number from 0 is needed, not ${offset}.`);
      const bounds: (Filter | undefined)[] = [
        group === undefined ? undefined : eq('group', group),
        from === undefined ? undefined : { op: 'gte', field: 'at', value: from },
        to === undefined ? undefined : { op: 'lte', field: 'at', value: to },
      ];
      const where = all(ofKind, ...bounds);
      const query = { where, sort: { by: 'at', descending: newestFirst }, offset, limit };
      return (await store.list<RecordDocument>('records', query)).map(entryOf);
    },

    count: ({ group } = {}) => store.count('records', all(ofKind, group === undefined ? undefined : eq('group', group))),

    async commit(changes) {
      if (changes.length === 0) return;
      if (changes.length > MAX_CHANGES) throw bad(`At most ${MAX_CHANGES} records can change at once, not ${changes.length}.`);
      const keys = new Set(changes.map(keyOf));
      if (keys.size < changes.length) throw bad(`A "${kind}" record can change once in a commit; a key is there twice.`);
      for (let tries = 1; ; tries += 1) {
        const operations = (await Promise.all(changes.map(operationsOf))).flat();
        if (operations.length === 0) return;
        try {
          await store.commit(operations);
          return;
        } catch (error) {
          if (!refused(error)) throw error;
          await checkConditions(changes);
          if (tries === RETRIES) throw new MusterError('CONFLICT', `The "${kind}" records keep changing; try again.`);
        }
      }
    },
  };
}
