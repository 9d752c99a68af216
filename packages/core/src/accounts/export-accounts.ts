import type { ExportAccount } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccountSelection } from './accounts.ts';
import type { Selections } from './selection.ts';

/** Accounts on their way out, in the order of the circle. Audited before the first is given. */
export async function* exportAccounts(
  deps: {
    readonly vault: Vault;
    readonly selections: Selections;
    readonly audit: (event: Omit<NewEvent, 'level'>) => Promise<void>;
  },
  selection: AccountSelection,
  options: { readonly withSecrets: boolean; readonly actor: string },
): AsyncGenerator<ExportAccount> {
  const { vault, selections, audit } = deps;
  const { withSecrets, actor } = options;
  const { plugin, where } = selection;
  // Refuses a filter that is not understood before it says that anything went out.
  selections.filter(selection);
  await audit({
    type: withSecrets ? 'secrets.exported' : 'accounts.exported',
    message: withSecrets ? 'Accounts are exported with their secrets' : 'Accounts are exported',
    actor,
    ...(plugin !== undefined && { plugin }),
    ...(where !== undefined && { fields: { where } }),
  });
  for await (const page of selections.pages(selection)) {
    for (const record of page) {
      const { id, plugin: provider, label, status, data, secrets } = record;
      const { state, tags, priority, createdAt, updatedAt, usedAt, uses, dueAt } = record;
      const facts = { id, state, tags, priority, createdAt, updatedAt, usedAt, uses, dueAt: state === 'cooling' ? dueAt : null };
      if (!withSecrets) {
        yield { label, status, data, facts };
        continue;
      }
      const opened = Object.entries(secrets).map(([field, sealed]) => [
        field,
        vault.open(sealed, { provider, accountId: id, field }),
      ]);
      yield { label, status, data: { ...data, ...Object.fromEntries(opened) }, facts };
    }
  }
}
