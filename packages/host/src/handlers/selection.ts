import type { Selection } from '@muster/api';
import type { AccountSelection } from '@muster/core';
import { MusterError } from '@muster/sdk';

/** The selection as the core takes it. `everything` says that none is meant as all, which only reading may. */
export function selectionOf(
  selection: Selection | undefined,
  options: { readonly plugin?: string; readonly everything?: true } = {},
): AccountSelection {
  const { plugin = options.plugin, where, ids, all } = selection ?? {};
  if (options.plugin !== undefined && plugin !== options.plugin) {
    throw new MusterError('BAD_INPUT', `selection.plugin: "${plugin}" is not "${options.plugin}", which the path names.`);
  }
  const chosen = (where !== undefined && where.trim() !== '') || ids !== undefined;
  if (chosen && all === true) throw new MusterError('BAD_INPUT', 'selection: give `where` or `ids`, or `all`, not both.');
  if (!chosen && all !== true && options.everything !== true) {
    throw new MusterError('BAD_INPUT', 'selection: nothing is chosen. Give `where` or `ids`, or `all: true` for every account.');
  }
  return {
    ...(plugin === undefined ? {} : { plugin }),
    ...(where === undefined ? {} : { where }),
    ...(ids === undefined ? {} : { ids }),
  };
}
