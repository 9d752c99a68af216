import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVault } from '../vault/open-vault.ts';
import type { VaultOptions } from '../vault/open-vault.ts';
import type { Vault } from '../vault/vault.ts';
import { createTestClock } from './test-clock.ts';
import { createRandom } from '../adapters/random.ts';

/** The least that a passphrase slot may cost: tests make many. */
const CHEAP = { m: 19_456, t: 2, p: 1 } as const;
export const PASSPHRASE = 'correct horse battery';

/** A data directory of its own for a vault, gone when disposed of. */
export interface VaultHome extends AsyncDisposable {
  readonly directory: string;
  /** Opens the vault with nothing in the environment. */
  open(options?: Partial<VaultOptions>): Promise<Vault>;
  /** Parses vault.json, changes it and writes it back. */
  edit(change: (header: Record<string, unknown>) => void): Promise<void>;
}

export const createVaultHome = async (): Promise<VaultHome> => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-vault-'));
  const path = join(directory, 'vault.json');
  return {
    directory,
    open: (options) =>
      openVault({
        directory,
        clock: createTestClock(),
        random: createRandom(),
        env: {},
        keychain: () => Promise.resolve(undefined),
        cost: CHEAP,
        ...options,
      }),
    async edit(change) {
      const header = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
      change(header);
      await writeFile(path, JSON.stringify(header));
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};
