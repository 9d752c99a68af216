import { MusterError, toMusterError, type ImportEntry, type ImportFile } from '@muster/sdk';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Circle } from '../pool/circle.ts';
import { refused } from '../ports/refused.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import type { Vault } from '../vault/vault.ts';
import { createDrafter, refusal } from './account-draft.ts';
import type { AccountRecord } from './account-record.ts';
import type { ImportOptions, ImportOutcome, ImportProgress } from './accounts.ts';
import { createImportPlanner, type Verdict } from './import-plan.ts';
import { readRow, type ImportRow } from './import-row.ts';
import { createKeySet } from './key-set.ts';

const BATCH = 1_000;
const RETRIES = 10;

export interface ImportDependencies {
  readonly store: Store;
  readonly vault: Vault;
  readonly events: Events;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly random: Random;
  readonly circle: Circle;
}

/** What waits for the commit of its batch, in the order of the file. */
type Waiting = ImportRow | Exclude<ImportEntry, { kind: 'account' }>;
const isRow = (waiting: Waiting): waiting is ImportRow => !('kind' in waiting);

/** A file whose reading ends when the signal fires, also while no bytes come. */
function stoppable(file: ImportFile, signal: AbortSignal): ImportFile {
  async function* read(): AsyncGenerator<Uint8Array> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new MusterError('ABORTED', `Reading ${file.name} was stopped.`));
      signal.addEventListener('abort', stop, { once: true });
    });
    stopped.catch(() => undefined);
    if (signal.aborted) stop();
    const bytes = file.bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([bytes.next(), stopped]);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      // Not awaited: a source that hangs in a read would hold up the end, too.
      bytes.return?.().catch(() => undefined);
    }
  }
  return { name: file.name, bytes: read() };
}

export async function* importAccounts(deps: ImportDependencies, options: ImportOptions): AsyncGenerator<ImportProgress> {
  const { store, vault, events, plugins, clock, random, circle } = deps;
  const { dryRun, onConflict, signal, actor } = options;
  const plugin = plugins.get(options.plugin);
  const { import: door } = plugin;
  if (!door) throw new MusterError('BAD_INPUT', `"${plugin.id}" reads no files; add its accounts one by one.`);
  const drafter = createDrafter(plugin);
  if (drafter.secretFields.size > 0 && vault.status().state === 'locked')
    throw new MusterError('VAULT_LOCKED', 'The vault is locked; nothing was read. Unlock it and load the file again.');
  const settings = door.options.safeParse(options.options);
  if (!settings.success) throw refusal(settings.error.issues);
  const read = (await door.load()).default;
  await circle.open();

  const seen = createKeySet();
  const counts = { read: 0, rejected: 0, outcomes: {} as Partial<Record<ImportOutcome, number>> };
  const counted = (): ImportProgress => ({ kind: 'counts', ...counts, outcomes: { ...counts.outcomes } });

  const byKey = async (path: 'key' | 'key2', keys: readonly (string | null)[]): Promise<Map<string, AccountRecord>> => {
    const wanted = keys.filter((key) => key !== null);
    if (wanted.length === 0) return new Map();
    const found = await store.list<AccountRecord>('accounts', { where: oneOf(path, wanted) });
    return new Map(found.flatMap((record) => (record[path] === null ? [] : [[record[path], record]])));
  };

  /** Decides on each row; nothing is stored yet. */
  const decide = async (rows: readonly ImportRow[]): Promise<{ verdicts: Verdict[]; operations: Operation[] }> => {
    const planner = createImportPlanner({
      plugin,
      drafter,
      vault,
      onConflict,
      now: clock.now(),
      newId: () => random.id(),
      place: () => circle.fresh(),
    });
    const known = await byKey(
      'key',
      rows.map(({ key }) => key),
    );
    const rivals = await byKey(
      'key2',
      rows.map(({ key2 }) => key2),
    );
    const met = new Set<string>();
    const operations: Operation[] = [];
    const verdicts = rows.map((row): Verdict => {
      const before = known.get(row.key);
      if (met.has(row.key) || seen.has(row.key)) return { outcome: 'duplicate', label: row.label, id: before?.id };
      const verdict = planner.plan(row, before, row.key2 === null ? undefined : rivals.get(row.key2));
      if ('refused' in verdict) return verdict;
      met.add(row.key);
      if (verdict.operation) operations.push(verdict.operation);
      // So that a later row of the batch meets this one's second identity.
      if (row.key2 !== null && !rivals.has(row.key2)) rivals.set(row.key2, asRival(row, before, verdict));
      return verdict;
    });
    return { verdicts, operations };
  };
  const asRival = (row: ImportRow, before: AccountRecord | undefined, verdict: Verdict): AccountRecord => {
    if (before) return before;
    if ('operation' in verdict && verdict.operation && 'insert' in verdict.operation)
      return verdict.operation.document as AccountRecord;
    throw new MusterError('INTERNAL', `Line ${row.line} is neither known nor new.`);
  };
  const settle = async (rows: readonly ImportRow[]): Promise<Verdict[]> => {
    for (let tries = 1; ; tries += 1) {
      const { verdicts, operations } = await decide(rows);
      try {
        if (!dryRun && operations.length > 0) await store.commit(operations);
        return verdicts;
      } catch (error) {
        // Somebody changed one of these accounts in between: decide again on what is there now.
        if (!refused(error) || tries === RETRIES) throw error;
      }
    }
  };
  function* say(waiting: Waiting, verdict: Verdict | undefined): Generator<ImportProgress> {
    if (!isRow(waiting)) {
      if (waiting.kind === 'rejected') counts.rejected += 1;
      yield waiting;
      return;
    }
    const { line, plain, secrets } = waiting;
    if (!verdict || 'refused' in verdict) {
      counts.rejected += 1;
      yield { kind: 'rejected', line, reason: verdict?.refused ?? '' };
      return;
    }
    const { outcome, label, id } = verdict;
    counts.outcomes[outcome] = (counts.outcomes[outcome] ?? 0) + 1;
    const data = dryRun ? { ...plain, ...secrets } : plain;
    yield { kind: 'account', line, outcome, label, data, ...(id !== undefined && !(dryRun && outcome === 'new') && { id }) };
  }
  async function* flush(batch: readonly Waiting[]): AsyncGenerator<ImportProgress> {
    signal.throwIfAborted();
    const rows = batch.filter(isRow);
    const verdicts = await settle(rows);
    const verdictOf = new Map(rows.map((row, at) => [row, verdicts[at]]));
    for (const [row, verdict] of verdictOf) if (verdict && !('refused' in verdict)) seen.add(row.key);
    for (const waiting of batch) yield* say(waiting, isRow(waiting) ? verdictOf.get(waiting) : undefined);
    yield counted();
  }

  let batch: Waiting[] = [];
  try {
    for await (const entry of read(stoppable(options.file, signal), settings.data as never, signal)) {
      if (entry.kind === 'account') {
        counts.read += 1;
        const row = readRow(drafter, entry);
        batch.push(typeof row === 'string' ? { kind: 'rejected', line: entry.line, reason: row } : row);
      } else batch.push(entry);
      if (batch.length < BATCH) continue;
      const full = batch;
      batch = [];
      yield* flush(full);
    }
    yield* flush(batch);
  } catch (error) {
    if (signal.aborted)
      throw new MusterError('ABORTED', 'The import was stopped; what was reported as stored stays.', { cause: error });
    throw toMusterError(error);
  } finally {
    if (!dryRun) {
      const { outcomes, rejected } = counts;
      const stored = (outcomes.new ?? 0) + (outcomes.updated ?? 0) + (outcomes.replaced ?? 0);
      await events.record({
        level: 'audit',
        type: 'accounts.imported',
        message: `${options.file.name}: ${stored} accounts stored or updated, ${rejected} lines refused`,
        actor,
        plugin: plugin.id,
        fields: { file: options.file.name, read: counts.read, rejected, ...outcomes },
      });
    }
  }
}
