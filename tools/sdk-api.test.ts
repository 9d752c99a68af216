import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiFile, sdkApi } from './sdk-api.ts';

test('what plugin authors rely on is what was agreed: a change of it is made on purpose, by `node tools/sdk-api.ts`', async () => {
  expect(await sdkApi()).toBe(await readFile(apiFile, 'utf8'));
});
