import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

type VaultOperations = 'vaultStatus' | 'rotateVault' | 'lockVault' | 'unlockVault' | 'addVaultSlot' | 'removeVaultSlot';

/** A passphrase or a key: exactly one. */
function keyOf({ passphrase, key }: { readonly passphrase?: string | undefined; readonly key?: string | undefined }) {
  if (passphrase !== undefined && key === undefined) return { passphrase };
  if (key !== undefined && passphrase === undefined) return { key };
  throw new MusterError('BAD_INPUT', 'Give either a passphrase or a key.');
}

export const vaultHandlers = ({ accounts, events, vault, resealTexts }: HostCore): Pick<Handlers, VaultOperations> => {
  const audit = (type: string, message: string, actor: string): Promise<void> =>
    events.record({ level: 'audit', type, message, actor });
  return {
    vaultStatus: () => vault.status(),
    async rotateVault({ caller, signal }) {
      await vault.rotate();
      await audit('vault.rotated', 'A new data key is in use', caller.actor);
      // Stopped by a client that leaves: the values that are left open with their older key, and the next rotation reseals them.
      const resealed = (await accounts.reseal(signal)) + (await resealTexts(signal));
      await vault.retireKeys();
      return { resealed };
    },
    async lockVault({ caller }) {
      vault.lock();
      await audit('vault.locked', 'The vault is locked', caller.actor);
      return { ok: true };
    },
    async unlockVault({ body, caller }) {
      await vault.unlock(keyOf(body));
      await audit('vault.unlocked', 'The vault is open', caller.actor);
      return { ok: true };
    },
    async addVaultSlot({ body, caller }) {
      const id = await vault.addSlot(keyOf(body));
      await audit('vault.slot-added', `There is one more way to open the vault: ${id}`, caller.actor);
      return { id };
    },
    async removeVaultSlot({ params, caller }) {
      await vault.removeSlot(params.id);
      await audit('vault.slot-removed', `The slot ${params.id} opens the vault no more`, caller.actor);
      return { ok: true };
    },
  };
};
