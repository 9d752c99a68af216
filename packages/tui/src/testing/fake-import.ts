import { Readable } from 'node:stream';

const outcomeOf = (line: string): 'added' | 'kept' | undefined =>
  line.endsWith(',other') ? 'kept' : line.includes(',') ? 'added' : undefined;

/** What the host says of a file of accounts: each line with a comma in it is taken, but for one that ends with `,other`: a conflict. */
export async function* fakeImport(file: AsyncIterable<Uint8Array> = Readable.from([])): AsyncGenerator {
  const pieces: Uint8Array[] = [];
  for await (const piece of file) pieces.push(piece);
  const labels = Buffer.concat(pieces)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const outcomes: Record<string, number> = {};
  let rejected = 0;
  yield { kind: 'file', format: 'csv', encoding: 'utf-8' };
  for (const [index, label] of labels.entries()) {
    const outcome = outcomeOf(label);
    if (outcome === undefined) rejected++;
    else outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    yield outcome === undefined
      ? { kind: 'rejected', line: index + 1, reason: 'no comma' }
      : { kind: 'account', line: index + 1, outcome, label, data: {} };
  }
  yield { kind: 'counts', read: labels.length, rejected, outcomes };
}
