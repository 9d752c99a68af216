import { resolve } from 'node:path';
import { safeText } from '@muster/sdk';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, plural } from '../print/words.ts';

async function check(context: Context): Promise<void> {
  const { out } = context;
  const { documents, secrets, problems } = await (await context.client()).call('checkStore', {}, context.signal);
  out.document({ documents, secrets, problems });
  for (const problem of problems) out.line(safeText(problem));
  out.line(
    `${plural(documents, 'document')} and ${plural(secrets, 'secret')} verified; ${problems.length === 0 ? 'all is well' : plural(problems.length, 'problem')}.`,
  );
  if (problems.length > 0) context.exit(EXIT.failed);
}

async function backup(context: Context, folder: string): Promise<void> {
  const { out } = context;
  const directory = resolve(context.cwd, folder);
  const copy = await (await context.client()).call('backupStore', { body: { directory } }, context.signal);
  out.document(copy);
  out.line(`${bytes(copy.bytes)} written to ${safeText(copy.directory)}. The key of the vault is not in it: keep that apart.`);
}

export function register(program: Command, context: Context): void {
  const store = program.command('store').description('The store: verify, copy, move.');
  store
    .command('check')
    .description('Verifies every record and checksum, and that every secret opens; ends with 1 when one does not.')
    .action(() => check(context));
  store
    .command('backup')
    .description('A consistent copy in a new folder, while the host works on.')
    .argument('<folder>')
    .action((folder: string) => backup(context, folder));
}
