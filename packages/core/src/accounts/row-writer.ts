import { MusterError } from '@muster/sdk';
import type { Circle } from '../pool/circle.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { eq, oneOf } from '../query/filter.ts';
import type { AccountRecord } from './account-record.ts';
import { createIdRun } from './id-run.ts';
import { createImportPlanner, type ImportPlannerOptions, type Verdict } from './import-plan.ts';
import type { ImportRow } from './import-row.ts';
import { createKeySet } from './key-set.ts';

const RETRIES = 10;
/** So many rows are told apart as doubles of each other; of those behind them the store knows, or, in a dry run, nobody. */
const MOST_SEEN = 1_000_000;
/** Rows of a dry run between two looks at whether there are accounts at all. */
const LOOK_AGAIN = 5_000;

/** Stores rows batch by batch, and remembers which accounts it has met. */
export interface RowWriter {
  /** One commit; resolves when it is durable, with a verdict for each row. A dry run commits nothing. */
  write(rows: readonly ImportRow[]): Promise<Verdict[]>;
}

export function createRowWriter(
  deps: { readonly store: Store; readonly clock: Clock; readonly random: Random; readonly circle: Circle },
  options: Omit<ImportPlannerOptions, 'now' | 'newId' | 'place'>,
): RowWriter {
  const { store, clock, random, circle } = deps;
  const { plugin, dryRun } = options;
  const [, second = []] = plugin.identity;
  const newId = createIdRun(random);
  const seen = createKeySet();
  const seenSecond = createKeySet();

  const byKey = async (path: 'key' | 'key2', keys: readonly (string | null)[]): Promise<Map<string, AccountRecord>> => {
    const wanted = keys.filter((key) => key !== null);
    if (wanted.length === 0) return new Map();
    const found = await store.list<AccountRecord>('accounts', { where: oneOf(path, wanted) });
    return new Map(found.flatMap((record) => (record[path] === null ? [] : [[record[path], record]])));
  };
  const ownerOf = (row: ImportRow, before: AccountRecord | undefined, operation: Operation | undefined): AccountRecord => {
    if (before) return before;
    if (operation && 'insert' in operation) return operation.document as AccountRecord;
    throw new MusterError('INTERNAL', `Line ${row.line} is neither known nor new.`);
  };
  // Mostly a file brings accounts that nobody has: they are stored as new ones, and looked up only once the store refused some.
  let areNew = true;
  let sinceLook = LOOK_AGAIN;
  let isEmpty = false;

  /** A dry run has nobody to refuse; but where there are no accounts, none of them is known. */
  const mayBeKnown = async (rows: readonly ImportRow[]): Promise<boolean> => {
    // A row that is no whole account may still teach a known one something.
    if (!dryRun) return !areNew || rows.some(({ incomplete }) => incomplete !== undefined);
    sinceLook += rows.length;
    if (sinceLook >= LOOK_AGAIN) {
      isEmpty = (await store.count('accounts', eq('plugin', plugin.id))) === 0;
      sinceLook = 0;
    }
    return !isEmpty;
  };
  const decide = async (rows: readonly ImportRow[]): Promise<{ verdicts: Verdict[]; operations: Operation[] }> => {
    const own = { now: clock.now(), newId, place: () => circle.fresh() };
    const planner = createImportPlanner({ ...options, ...own });
    const keys = rows.map(({ key }) => key);
    const seconds = rows.map(({ key2 }) => key2);
    const looks = await mayBeKnown(rows);
    const none: readonly string[] = [];
    const [known, rivals] = await Promise.all([byKey('key', looks ? keys : none), byKey('key2', looks ? seconds : none)]);
    if (looks) areNew = known.size === 0 && rivals.size === 0;
    const met = new Set<string>();
    /** Second identities that new accounts of this batch take. */
    const claimed = new Map<string, ImportRow>();
    const operations: Operation[] = [];
    const verdicts = rows.map((row): Verdict => {
      const { key, key2, label } = row;
      const before = known.get(key);
      if (met.has(key) || seen.has(key)) return { outcome: 'duplicate', label, id: before?.id };
      // A dry run stores nobody, so there is no account to name.
      const earlier = dryRun && key2 !== null ? claimed.get(key2) : undefined;
      if (earlier !== undefined && earlier.key !== key)
        return { refused: `${second.join(' and ')}: line ${earlier.line} (${earlier.label}) has it already` };
      if (dryRun && key2 !== null && !rivals.has(key2) && seenSecond.has(key2))
        return { refused: `${second.join(' and ')}: an earlier line has it already` };
      const verdict = planner.plan(row, before, key2 === null ? undefined : rivals.get(key2));
      if ('refused' in verdict) return verdict;
      met.add(key);
      if (verdict.operation) operations.push(verdict.operation);
      // So that a later row of the batch meets this one's second identity.
      if (key2 !== null && !rivals.has(key2)) {
        rivals.set(key2, ownerOf(row, before, verdict.operation));
        if (!before) claimed.set(key2, row);
      }
      return verdict;
    });
    return { verdicts, operations };
  };
  const remember = (rows: readonly ImportRow[], verdicts: readonly Verdict[]): void => {
    rows.forEach(({ key, key2 }, at) => {
      const verdict = verdicts[at];
      if (!verdict || 'refused' in verdict) return;
      if (seen.size < MOST_SEEN) seen.add(key);
      if (dryRun && key2 !== null && seenSecond.size < MOST_SEEN) seenSecond.add(key2);
    });
  };

  const tellOfRests = (operations: readonly Operation[]): void => {
    for (const operation of operations) {
      const dueAt = 'insert' in operation ? (operation.document as AccountRecord).dueAt : null;
      if (dueAt !== null) for (const tell of circle.rests) tell(dueAt);
    }
  };

  return {
    async write(rows) {
      for (let tries = 1; ; tries += 1) {
        const { verdicts, operations } = await decide(rows);
        try {
          if (!dryRun && operations.length > 0) await store.commit(operations);
        } catch (error) {
          // Somebody changed one of these accounts in between: decide again on what is there now.
          if (!refused(error) || tries === RETRIES) throw error;
          areNew = false;
          continue;
        }
        remember(rows, verdicts);
        if (!dryRun) tellOfRests(operations);
        return verdicts;
      }
    },
  };
}
