import { MusterError, toMusterError, type SingleImportEntry } from '@muster/sdk';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Circle } from '../pool/circle.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { createDrafter, refusal } from './account-draft.ts';
import type { Accounts, ImportOptions, ImportOutcome, ImportProgress } from './accounts.ts';
import type { Verdict } from './import-plan.ts';
import { readRow, type ImportRow } from './import-row.ts';
import { createRowWriter } from './row-writer.ts';
import { stoppableFile } from './stoppable-file.ts';

/** So few that what they leave behind is thrown away before V8 takes it for long-lived; more made nothing quicker. */
const BATCH = 250;

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
type Waiting = ImportRow | Exclude<SingleImportEntry, { kind: 'account' | 'settings' }>;
const isRow = (waiting: Waiting): waiting is ImportRow => !('kind' in waiting);

interface Tally {
  readonly count: (verdict: Verdict | 'rejected' | undefined) => void;
  readonly now: () => { readonly rejected: number; readonly outcomes: Readonly<Partial<Record<ImportOutcome, number>>> };
}
const createTally = (): Tally => {
  let rejected = 0;
  const outcomes: Partial<Record<ImportOutcome, number>> = {};
  return {
    count(verdict) {
      if (verdict === undefined || verdict === 'rejected' || 'refused' in verdict) rejected += 1;
      else outcomes[verdict.outcome] = (outcomes[verdict.outcome] ?? 0) + 1;
    },
    now: () => ({ rejected, outcomes: { ...outcomes } }),
  };
};

/** What is said of one line, once it is settled. */
function report(waiting: Waiting, verdict: Verdict | undefined, dryRun: boolean): ImportProgress {
  if (!isRow(waiting)) return waiting;
  const { line, plain, secrets } = waiting;
  if (!verdict || 'refused' in verdict) return { kind: 'rejected', line, reason: verdict?.refused ?? 'it was not stored' };
  const { outcome, label, id } = verdict;
  const named = id !== undefined && !(dryRun && outcome === 'new');
  return { kind: 'account', line, outcome, label, data: dryRun ? { ...plain, ...secrets } : plain, ...(named && { id }) };
}

/** What became of the lines of a file, batch by batch. */
export async function* importAccounts(
  deps: ImportDependencies,
  options: ImportOptions,
): AsyncGenerator<readonly ImportProgress[]> {
  const { vault, events, plugins, circle } = deps;
  const { dryRun, onConflict, mayConfigure = false, signal, actor, file } = options;
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

  const writer = createRowWriter(deps, { plugin, drafter, vault, onConflict, dryRun });
  const tally = createTally();
  let lines = 0;

  /** What is to be said of a batch, once all of it is durable. */
  const flush = async (batch: readonly Waiting[]): Promise<ImportProgress[]> => {
    signal.throwIfAborted();
    const verdicts = await writer.write(batch.filter(isRow));
    let row = 0;
    const said = batch.map((waiting) => {
      const verdict = isRow(waiting) ? verdicts[row++] : undefined;
      if (isRow(waiting)) tally.count(verdict);
      else if (waiting.kind === 'rejected') tally.count('rejected');
      return report(waiting, verdict, dryRun);
    });
    return [...said, { kind: 'counts', read: lines, ...tally.now() }];
  };

  /** Settings of the file; those that do not fit are told of, and stop nothing. */
  const configure = async (values: Readonly<Record<string, unknown>>): Promise<Waiting> => {
    const names = Object.keys(values).join(', ');
    if (!mayConfigure)
      return {
        kind: 'warning',
        reason: `The settings of the file are left out (${names}): changing them needs the scope "admin".`,
      };
    if (dryRun) return { kind: 'warning', reason: `Settings would be taken over: ${names}.` };
    try {
      await plugins.configure(plugin.id, values, actor);
      return { kind: 'warning', reason: `Settings were taken over: ${names}.` };
    } catch (error) {
      return { kind: 'warning', reason: `The settings of the file are left out: ${toMusterError(error).message}` };
    }
  };

  let batch: Waiting[] = [];
  try {
    for await (const found of read(stoppableFile(file, signal), settings.data as never, signal)) {
      for (const entry of found.kind === 'several' ? found.entries : [found]) {
        if (entry.kind === 'account') {
          lines += 1;
          const row = readRow(drafter, entry);
          batch.push(typeof row === 'string' ? { kind: 'rejected', line: entry.line, reason: row } : row);
        } else batch.push(entry.kind === 'settings' ? await configure(entry.settings) : entry);
        if (batch.length < BATCH) continue;
        const full = batch;
        batch = [];
        yield await flush(full);
      }
    }
    yield await flush(batch);
  } catch (error) {
    if (!signal.aborted) throw toMusterError(error);
    throw new MusterError('ABORTED', 'The import was stopped; what it reported as stored stays.', { cause: error });
  } finally {
    if (!dryRun) {
      const { outcomes, rejected } = tally.now();
      const stored = (outcomes.new ?? 0) + (outcomes.updated ?? 0) + (outcomes.replaced ?? 0);
      await events.record({
        level: 'audit',
        type: 'accounts.imported',
        message: `${file.name}: ${stored} accounts stored or updated, ${rejected} lines refused`,
        actor,
        plugin: plugin.id,
        fields: { file: file.name, read: lines, rejected, ...outcomes },
      });
    }
  }
}

/** Accounts that come as data, not as a file: those that are known already stay as they are. */
export async function addAccounts(
  deps: ImportDependencies,
  rows: Parameters<Accounts['addAll']>[1],
  options: Parameters<Accounts['addAll']>[2] & { readonly plugin: string },
): Promise<number> {
  const { vault, events, plugins, circle } = deps;
  const { tags = [], actor, signal } = options;
  const plugin = plugins.get(options.plugin);
  const drafter = createDrafter(plugin);
  await circle.open();
  const writer = createRowWriter(deps, { plugin, drafter, vault, onConflict: 'keep', dryRun: false, tags, skipKnown: true });
  let added = 0;
  let line = 0;
  const flush = async (batch: readonly ImportRow[]): Promise<void> => {
    signal?.throwIfAborted();
    for (const verdict of await writer.write(batch)) if ('outcome' in verdict && verdict.outcome === 'new') added += 1;
  };
  try {
    let batch: ImportRow[] = [];
    for (const data of rows) {
      line += 1;
      const row = readRow(drafter, { line, data });
      if (typeof row === 'string' || row.incomplete !== undefined)
        throw new MusterError('BAD_INPUT', `Account ${line}: ${typeof row === 'string' ? row : row.incomplete}`);
      batch.push(row);
      if (batch.length < BATCH) continue;
      const full = batch;
      batch = [];
      await flush(full);
    }
    await flush(batch);
  } finally {
    if (added > 0) {
      const message = `${added} accounts added`;
      await events.record({
        level: 'audit',
        type: 'accounts.added',
        message,
        actor,
        plugin: plugin.id,
        fields: { count: added },
      });
    }
  }
  return added;
}
