import { expect, test } from 'vitest';
import { FILES } from './files.ts';
import { readInProcess } from './read-file.ts';

const MB = 1024 ** 2;

// The same as `npm run torture -- loader`, at a scale for every day.
test.each(Object.keys(FILES))('%s of 8 MB is read in bounded memory', async (name) => {
  const { maxRssMb } = await readInProcess(name, 8 * MB);
  expect(maxRssMb).toBeLessThan(600);
});
