import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { currentKeysPage } from '../testing/keys-page.ts';

test('docs/keys.md is what the key map says; `node tools/keys-page.ts` writes it', async () => {
  const page = await readFile(new URL('../../../../docs/keys.md', import.meta.url), 'utf8');
  expect(page).toBe(currentKeysPage());
});
