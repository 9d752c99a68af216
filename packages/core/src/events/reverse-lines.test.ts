import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksFromEnd, fileLinesFromEnd, linesFromEnd } from './reverse-lines.ts';

test('whatever the size of the blocks, the lines come last first, and a needle picks the ones that hold it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-lines-'));
  const path = join(folder, 'file');
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (lines, ended, size) => {
        await writeFile(path, lines.join('\n') + (ended ? '\n' : ''));
        const read = async (needle?: Buffer): Promise<string[]> => {
          const handle = await open(path);
          const found: string[] = [];
          for await (const block of blocksFromEnd(handle, size)) found.push(...linesFromEnd(block, needle));
          await handle.close();
          return found;
        };
        const expected = lines.filter((text) => text !== '').toReversed();
        expect(await read()).toEqual(expected);
        expect(await read(Buffer.from('aé'))).toEqual(expected.filter((text) => text.includes('aé')));
      },
    ),
    { numRuns: 200 },
  );
  await rm(folder, { recursive: true });
});

test('a file that is gone has no lines', async () => {
  const lines: string[] = [];
  for await (const line of fileLinesFromEnd(join(tmpdir(), 'muster-no-such-file'))) lines.push(line);
  expect(lines).toEqual([]);
});
