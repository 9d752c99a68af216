import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PLUGIN = `
import { definePlugin, MusterError } from '@muster/sdk';
import { of } from 'rxjs';
import { z } from 'zod';

interface Login { readonly name: string }
const account = z.object({ name: z.string() });
const label = (data: Login): string => data.name;
globalThis.lent = { MusterError, of, z };
export default definePlugin({ id: 'lone', title: 'Lone', config: z.object({}), account, identity: [['name']], label });
`;

// In a process of its own: module hooks and type stripping are the runtime's, not the test runner's.
const program = (directory: string): string => `
  const { lendPackages } = await import(${JSON.stringify(fileURLToPath(new URL('lend-packages.ts', import.meta.url)))});
  const sdk = await import('@muster/sdk');
  const giveBack = lendPackages(${JSON.stringify(directory)});
  const { default: plugin } = await import(${JSON.stringify(join(directory, 'lone.ts'))});
  giveBack();
  const refused = await import(${JSON.stringify(join(directory, 'late.ts'))}).then(() => 'loaded', (error) => error.code);
  console.log(JSON.stringify({ id: plugin.id, sameSdk: globalThis.lent.MusterError === sdk.MusterError, of: typeof globalThis.lent.of, refused }));
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-lone-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('gives a lone TypeScript file the host’s own sdk, zod and rxjs, until it ends', async () => {
  await writeFile(join(directory, 'lone.ts'), PLUGIN);
  await writeFile(join(directory, 'late.ts'), 'import { z } from "zod"; export default z;');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=muster:source', '--input-type=module', '--eval', program(directory)],
    { cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  expect(JSON.parse(stdout)).toEqual({ id: 'lone', sameSdk: true, of: 'function', refused: 'ERR_MODULE_NOT_FOUND' });
});

it('does nothing where there is no such directory', async () => {
  const { lendPackages } = await import('./lend-packages.ts');
  expect(() => lendPackages(join(directory, 'none'))()).not.toThrow();
});
