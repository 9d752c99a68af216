import type { RotationInfo } from '@muster/api';
import { ViewContent } from '@muster/api/routes';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

/** Of what was made lately: as much as a screen shows. */
const REQUESTS = 60;
const KINDS = 10;
/** Names of parameters, as they come in a query. */
const PARAMETER = /^[a-z][\w-]{0,63}$/i;

type OpenRotation = ReturnType<HostCore['pluginServices']['rotations']>[number];

function rotationView(
  { plugin, rotation, urls }: OpenRotation,
  { offset, limit }: { offset: number; limit: number },
): RotationInfo {
  const { strategy, limits } = rotation.settings;
  const totals = rotation.totals();
  const { latency, requests, tokens, recent, errors } = rotation.report();
  return {
    plugin,
    urls: [...urls],
    strategy,
    limits,
    totals: { ...totals, perSecond: [...totals.perSecond] },
    figures: rotation.figures().slice(offset, offset + limit),
    latency,
    requests,
    tokens,
    errors: errors.slice(0, KINDS),
    recent: recent.slice(0, REQUESTS),
  };
}

export const viewHandlers = (core: HostCore): Pick<Handlers, 'listViews' | 'readView' | 'listRotations'> => {
  const { plugins, pluginViews, pluginServices } = core;
  return {
    listViews({ params: { plugin } }) {
      const views = Object.entries(plugins.get(plugin).views);
      return { views: views.map(([name, { title, about }]) => ({ name, title, about })) };
    },

    async readView({ params: { plugin, view }, query: { account, ...params }, caller, signal }) {
      const unfit = Object.keys(params).find((name) => !PARAMETER.test(name));
      if (unfit !== undefined) throw new MusterError('BAD_INPUT', `"${unfit}" is no name of a parameter.`);
      const asked = { plugin, view, account, params: params as Record<string, string>, actor: caller.actor, signal };
      const parsed = ViewContent.safeParse(await pluginViews.read(asked));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const where = issue?.path.map(String).join('.') ?? '';
      throw new MusterError('PLUGIN_BROKEN', `The view ${plugin}.${view} gives what is no page: ${where}: ${issue?.message}.`);
    },

    listRotations({ query: { plugin, offset, limit } }) {
      const open = pluginServices.rotations().filter((each) => plugin === undefined || each.plugin === plugin);
      return { rotations: open.map((each) => rotationView(each, { offset, limit })) };
    },
  };
};
