import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore, type CollectionDefinition } from '@muster/core';
import type { Plugin } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { farm } from './farm.ts';

/** The real core with a made-up provider, and one that does not load. */
export async function openTestCore(
  directory: string,
  collections: readonly CollectionDefinition[],
  more: readonly Plugin[] = [],
): Promise<HostCore> {
  await mkdir(join(directory, 'plugins'), { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'plugins', 'ill.ts'), "throw new Error('It throws');\n");
  return createCore({ directory, collections, plugins: { given: [farm(), ...more] } });
}
