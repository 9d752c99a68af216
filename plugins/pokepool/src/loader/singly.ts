import type { ImportEntry, SingleImportEntry } from '@muster/sdk';

/** One by one, however they come. */
export async function* singly(entries: AsyncIterable<ImportEntry>): AsyncGenerator<SingleImportEntry> {
  for await (const entry of entries) {
    if (entry.kind === 'several') yield* entry.entries;
    else yield entry;
  }
}
