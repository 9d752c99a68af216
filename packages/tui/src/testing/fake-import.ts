import { Readable } from 'node:stream';

/** What the host says of a file of accounts: each line with a comma in it is taken. */
export async function* fakeImport(file: AsyncIterable<Uint8Array> = Readable.from([])): AsyncGenerator {
  const pieces: Uint8Array[] = [];
  for await (const piece of file) pieces.push(piece);
  const labels = Buffer.concat(pieces)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const good = labels.filter((label) => label.includes(','));
  yield { kind: 'file', format: 'csv', encoding: 'utf-8' };
  for (const [index, label] of labels.entries())
    yield good.includes(label)
      ? { kind: 'account', line: index + 1, outcome: 'added', label, data: {} }
      : { kind: 'rejected', line: index + 1, reason: 'no comma' };
  yield { kind: 'counts', read: labels.length, rejected: labels.length - good.length, outcomes: { added: good.length } };
}
