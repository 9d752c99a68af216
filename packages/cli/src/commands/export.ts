import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, basename, resolve } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { Command } from 'commander';
import { refuseOrAsk } from '../ask/confirm.ts';
import type { Context } from '../context.ts';
import { harmless } from '../print/harmless.ts';
import { selectionOf, withSelection, type SelectionFlags } from '../run/selection.ts';

interface ExportFlags extends SelectionFlags {
  readonly format?: string;
  readonly out?: string;
  readonly withSecrets?: boolean;
  readonly yes?: boolean;
}

/** Asked for twice: by the flag, and by typing a word or with --yes. */
async function allowSecrets(context: Context, { yes, out }: ExportFlags): Promise<void> {
  const where = out === undefined ? 'to stdout' : `to ${out}`;
  if (!yes) await refuseOrAsk(context, `Secrets will be written in the clear ${where}.`, 'secrets');
}

async function exportAccounts(context: Context, plugin: string, flags: ExportFlags): Promise<void> {
  const { out, signal } = context;
  if (out.json) throw new MusterError('BAD_REQUEST', 'An export has the format of its file; leave --json out.');
  const client = await context.client();
  const { exports, state } = await client.call('getPlugin', { params: { plugin } });
  const format = flags.format ?? (exports.length === 1 ? exports[0] : undefined);
  if (format === undefined || !exports.includes(format)) {
    const choice = exports.length === 0 ? `the plugin (${state}) writes none` : exports.join(', ');
    throw new MusterError(
      'BAD_REQUEST',
      `${format === undefined ? 'Name a --format' : `There is no format "${format}"`}: ${choice}.`,
    );
  }
  const withSecrets = flags.withSecrets === true;
  if (withSecrets) await allowSecrets(context, flags);
  const selection = selectionOf(flags, plugin) ?? { plugin, all: true as const };
  const response = await client.bytes('exportAccounts', { params: { plugin }, body: { format, selection, withSecrets } }, signal);
  if (response.body === null) throw new MusterError('INTERNAL', 'The host answered without a body.');
  if (flags.out === undefined) {
    const decoder = new TextDecoder();
    for await (const piece of response.body) {
      // A file gets what it is; a terminal nothing that steers it.
      const shown = out.tty ? harmless(decoder.decode(piece, { stream: true })) : piece;
      if (!process.stdout.write(shown)) await new Promise((drained) => process.stdout.once('drain', drained));
    }
  } else await writeWhole(resolve(context.cwd, flags.out), response.body);
}

/** The file is there whole or not at all, and only its owner can read it. */
async function writeWhole(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const file = await open(partial, 'wx', 0o600);
  try {
    for await (const piece of body) await file.write(piece);
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw thrown;
  }
}

export function register(program: Command, context: Context): void {
  withSelection(program.command('export').description('Writes accounts in one of the formats of the plugin.'))
    .argument('<plugin>')
    .option('--format <name>', 'needed where the plugin has several')
    .option('--out <file>', 'to this file (whole or not at all, readable by you only) instead of stdout')
    .option('--with-secrets', 'with the secrets, in the clear')
    .option('--yes', 'do not ask a second time for the secrets')
    .action((plugin: string, flags: ExportFlags) => exportAccounts(context, plugin, flags));
}
