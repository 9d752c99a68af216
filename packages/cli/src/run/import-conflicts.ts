import type { Client } from '@muster/api';
import { safeText } from '@muster/sdk';
import { askLine } from '../ask/question.ts';
import type { Context } from '../context.ts';
import type { ImportConflict } from './import-report.ts';
import { upload } from './upload.ts';

export interface ConflictRun {
  readonly plugin: string;
  readonly files: readonly { readonly file: string; readonly path: string }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly conflicts: readonly ImportConflict[];
}

/**
 * Asks about each account that is known with another secret. The secrets of those to be replaced are read from the files once more, so
 * that none is kept in memory while a person thinks. Returns how many were replaced.
 */
export async function askAboutConflicts(context: Context, client: Client, run: ConflictRun): Promise<number> {
  const wanted = new Map<string, Set<number>>();
  let all: boolean | undefined;
  for (const { file, line, account } of run.conflicts) {
    const answer = all === undefined ? await askOne(context, account) : all ? 'y' : 'n';
    if (answer === 'all') all = true;
    if (answer === 'none') all = false;
    if (answer === 'y' || answer === 'all') wanted.set(file, (wanted.get(file) ?? new Set()).add(line));
  }
  let replaced = 0;
  for (const { file, path } of run.files) {
    const lines = wanted.get(file);
    if (lines === undefined) continue;
    for await (const entry of upload(
      client,
      { plugin: run.plugin, path, dryRun: true, onConflict: 'ask', options: run.options },
      context.signal,
    )) {
      if (entry.kind !== 'account' || !lines.has(entry.line)) continue;
      const { id } = entry.id === undefined ? await client.call('getAccount', { params: { id: entry.label } }) : { id: entry.id };
      await client.call('editAccount', { params: { id }, body: { data: entry.data } });
      replaced++;
    }
  }
  return replaced;
}

async function askOne(context: Context, account: string): Promise<'y' | 'n' | 'all' | 'none'> {
  for (;;) {
    const answer = (
      await askLine(`${safeText(account)} is known with another secret. Replace it? [y/n/all/none] `, context.signal)
    ).toLowerCase();
    if (answer === 'y' || answer === 'n' || answer === 'all' || answer === 'none') return answer;
  }
}
