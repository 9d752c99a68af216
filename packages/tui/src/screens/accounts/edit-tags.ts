import type { Account } from '@muster/api';
import { formFields } from '@muster/sdk/ui';
import { openForm } from '../../overlays/form-dialog.tsx';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import type { AccountsModel } from './accounts-model.ts';
import { accountsOf, forEachAccount, MOST_FETCHED } from './chosen-accounts.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    add: { type: 'array', items: { type: 'string' }, description: 'separated by commas' },
    remove: { type: 'array', items: { type: 'string' }, description: 'separated by commas' },
  },
};

/** Tags of an account after a change; the same list when nothing changes. */
function tagsAfter(tags: readonly string[], add: readonly string[], remove: readonly string[]): readonly string[] {
  const next = [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag));
  return next.length === tags.length && next.every((tag, index) => tag === tags[index]) ? tags : next;
}

async function put(shell: Shell, accounts: readonly Account[], tagsOf: (account: Account) => readonly string[]): Promise<number> {
  return forEachAccount(accounts, async (account) => {
    await shell.client.call('editAccount', { params: { id: account.id }, body: { tags: [...tagsOf(account)] } });
    return true;
  });
}

/** Adds tags to what is chosen and takes tags away; `z` takes it back. */
export function openTags(shell: Shell, model: AccountsModel): void {
  const chosen = model.chosen();
  if (!chosen) return;
  const current = model.roster.current();
  const own = chosen.count === 1 && current?.tags.length ? `It has: ${current.tags.join(', ')}.` : '';
  openForm(shell, {
    title: `Tags · ${chosen.name}`,
    crumb: 'tags',
    intro: `Tags are found with tag:name and kept through imports. ${own}`.trim(),
    fields: formFields(SCHEMA, chosen.count === 1 ? { remove: [] } : {}),
    submitLabel: 'save',
    async submit({ add = [], remove = [] }) {
      const before = await accountsOf(shell.client, chosen);
      if (before === undefined)
        throw new Error(`Tags are changed on at most ${MOST_FETCHED} accounts at once: narrow the filter, or mark fewer.`);
      const after = (account: Account): readonly string[] => tagsAfter(account.tags, add as string[], remove as string[]);
      const changed = before.filter((account) => after(account) !== account.tags);
      const done = await put(shell, changed, after);
      if (done > 0)
        shell.undo.push({
          title: `tags of ${plural(done, 'account')}`,
          run: async () => `${plural(await put(shell, changed, ({ tags }) => tags), 'account')} with the tags of before`,
        });
      shell.notices.say(`${plural(done, 'account')} changed${done > 0 ? ' · z takes it back' : ''}`, done > 0 ? 'good' : 'warn');
      model.roster.refresh();
    },
  });
}
