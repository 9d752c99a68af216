import type { ImportLine } from '@muster/api';
import { readFailures, type ImportOptions } from '@muster/core';
import { MusterError, toMusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { Several } from '../http/streams.ts';
import { afterAdding } from './after-adding.ts';
import type { DeepReadonly, Handlers } from './handler.ts';
import { selectionOf } from './selection.ts';

function optionsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (thrown) {
    throw new MusterError('BAD_INPUT', `options: not JSON: ${(thrown as Error).message}.`, { cause: thrown });
  }
  throw new MusterError('BAD_INPUT', 'options: a JSON object is needed.');
}

/** Once lines were sent the status cannot change any more: a failure is the last line. */
async function* report(
  core: HostCore,
  options: ImportOptions,
): AsyncGenerator<DeepReadonly<ImportLine> | Several<DeepReadonly<ImportLine>>> {
  const { accounts, redactor } = core;
  const added: string[] = [];
  const { onAdded } = core.plugins.get(options.plugin);
  let started = false;
  try {
    for await (const lines of accounts.importInBatches(options)) {
      started = true;
      if (onAdded)
        for (const line of lines)
          if (line.kind === 'account' && line.outcome === 'new' && line.id !== undefined) added.push(line.id);
      yield new Several(lines);
    }
  } catch (thrown) {
    if (!started) throw thrown;
    const { code, message } = toMusterError(thrown);
    yield redactor.redact({ kind: 'error', code, message });
  }
  // What was stored before an error is there, too.
  await afterAdding(core, { plugin: options.plugin, ids: added, actor: options.actor });
}

/** Accounts in and out, as streams. */
export const transferHandlers = (core: HostCore): Pick<Handlers, 'importAccounts' | 'exportAccounts'> => ({
  importAccounts: ({ params, query, caller, signal, upload }) =>
    report(core, {
      plugin: params.plugin,
      file: { name: query.name, bytes: upload },
      options: optionsOf(query.options),
      dryRun: query.dryRun,
      onConflict: query.onConflict,
      mayConfigure: caller.scopes.has('admin'),
      actor: caller.actor,
      signal,
    }),
  async exportAccounts({ params, body: { format, selection, withSecrets }, caller }) {
    if (withSecrets && !caller.scopes.has('secrets')) {
      throw new MusterError(
        'FORBIDDEN',
        `An export with secrets needs the scope "secrets", which "${caller.actor}" does not have.`,
      );
    }
    const { exports } = core.plugins.get(params.plugin);
    const load = Object.hasOwn(exports, format) ? exports[format] : undefined;
    if (!load) {
      const known = Object.keys(exports).join(', ') || 'none';
      throw new MusterError('BAD_INPUT', `format: ${params.plugin} does not write "${format}". It writes: ${known}.`);
    }
    const chosen = selectionOf(selection, { plugin: params.plugin, everything: true });
    const { default: write } = await load();
    const failures = await readFailures(core.store, params.plugin);
    return {
      type: 'application/octet-stream',
      body: write(core.accounts.export(chosen, { withSecrets, actor: caller.actor }), {
        config: core.plugins.config(params.plugin),
        now: () => core.clock.now(),
        withSecrets,
        failures: (account) => failures.get(account),
      }),
    };
  },
});
