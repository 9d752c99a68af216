import type { Sort } from '@muster/core';
import type { HostCore } from '../host-core.ts';
import { afterAdding } from './after-adding.ts';
import type { Handlers } from './handler.ts';
import { selectionOf } from './selection.ts';
import { accountView, tallyView } from './views.ts';

/** `-used`: descending. */
const sortOf = (text: string): Sort => (text.startsWith('-') ? { by: text.slice(1), descending: true } : { by: text });

type AccountOperations =
  | 'listAccounts'
  | 'addAccount'
  | 'tallyAccounts'
  | 'setAccountState'
  | 'removeAccounts'
  | 'applicableActions'
  | 'getAccount'
  | 'editAccount'
  | 'revealSecret';

export const accountHandlers = ({ accounts, jobs, plugins, events }: HostCore): Pick<Handlers, AccountOperations> => ({
  async listAccounts({ query: { plugin, where, sort, offset, limit } }) {
    const { total, accounts: window } = await accounts.list({
      ...(plugin === undefined ? {} : { plugin }),
      ...(where === undefined ? {} : { where }),
      ...(sort === undefined || sort === '' ? {} : { sort: sortOf(sort) }),
      offset,
      limit,
    });
    return { total, accounts: window.map(accountView) };
  },
  async addAccount({ body: { plugin, data }, caller: { actor } }) {
    const account = await accounts.add(plugin, data, actor);
    await afterAdding({ plugins, jobs, events }, { plugin, ids: [account.id], actor });
    return accountView(account);
  },
  tallyAccounts: async () => tallyView(await accounts.tally()),
  setAccountState: async ({ body, caller }) => ({
    done: await accounts.setState(selectionOf(body.selection), body.state, caller.actor),
  }),
  removeAccounts: async ({ body, caller }) => ({ done: await accounts.remove(selectionOf(body.selection), caller.actor) }),
  applicableActions: ({ body }) => jobs.applicable(selectionOf(body.selection, { everything: true })),
  getAccount: async ({ params }) => accountView(await accounts.find(params.id)),
  async editAccount({ params, body: { data, tags, priority }, caller }) {
    const { id } = await accounts.find(params.id);
    const edit = {
      ...(data === undefined ? {} : { data }),
      ...(tags === undefined ? {} : { tags }),
      ...(priority === undefined ? {} : { priority }),
    };
    return accountView(await accounts.edit(id, edit, caller.actor));
  },
  async revealSecret({ params, body, caller }) {
    const { id } = await accounts.find(params.id);
    return { value: (await accounts.reveal(id, body.field, caller.actor)) ?? null };
  },
});
