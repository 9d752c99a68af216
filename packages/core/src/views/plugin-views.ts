import { MusterError, type ViewContent, type ViewContext } from '@muster/sdk';
import type { Accounts } from '../accounts/accounts.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginParts } from '../services/plugin-parts.ts';

type Data = Readonly<Record<string, unknown>>;

export interface ViewRequest {
  readonly plugin: string;
  readonly view: string;
  /** By id, or by a label that is unambiguous; for a view of an account only. */
  readonly account?: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly signal: AbortSignal;
}

/** The pages of plugins. */
export interface PluginViews {
  /** NOT_FOUND, BAD_INPUT for an account too many or too few, PLUGIN_BROKEN, and what the plugin throws. */
  read(request: ViewRequest): Promise<ViewContent>;
}

export function createPluginViews(deps: {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly parts: PluginParts;
}): PluginViews {
  const { accounts, plugins, clock, parts } = deps;

  const accountFor = async ({ plugin, view, account }: ViewRequest, about: 'plugin' | 'account'): Promise<string | undefined> => {
    if (about === 'plugin') {
      if (account === undefined) return undefined;
      throw new MusterError('BAD_INPUT', `account: the view ${plugin}.${view} is about the plugin as a whole; name none.`);
    }
    if (account === undefined) throw new MusterError('BAD_INPUT', `account: the view ${plugin}.${view} is about one; name it.`);
    const record = await accounts.find(account);
    if (record.plugin === plugin) return record.id;
    throw new MusterError('NOT_FOUND', `"${account}" is no account of "${plugin}" but of "${record.plugin}".`);
  };

  return {
    async read(request) {
      const { plugin: id, view: name, params, actor, signal } = request;
      const { views } = plugins.get(id);
      const view = Object.hasOwn(views, name) ? views[name] : undefined;
      if (!view) {
        const known = Object.keys(views).join(', ') || 'none';
        throw new MusterError('NOT_FOUND', `The plugin "${id}" has no view "${name}"; it has: ${known}.`);
      }
      const account = await accountFor(request, view.about);
      const { default: read } = await view.load();
      if (typeof read !== 'function') {
        throw new MusterError('PLUGIN_BROKEN', `The view ${id}.${name} has no function as its default export.`);
      }
      const acting = { plugin: id, actor };
      const sessions = parts.sessions(acting);
      const context: ViewContext<Data, Data> = {
        config: plugins.config(id),
        account,
        params,
        accounts: parts.accounts(acting),
        jobs: parts.jobs(acting),
        sessions,
        signal,
        now: () => clock.now(),
        service: () => parts.service(id),
        session() {
          if (account !== undefined) return sessions.live(account);
          throw new MusterError('UNAVAILABLE', `The view ${id}.${name} is about no account, so there is no session.`);
        },
      };
      return read(context);
    },
  };
}
