import { resolve } from 'node:path';
import { safeText } from '@muster/sdk';
import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, plural } from '../print/words.ts';

// Needs the core itself, which the other commands do not load.
const offline = () => import('./store-offline.ts');

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
  store
    .command('move')
    .description('Carries everything over to the other kind of store; the host must be stopped.')
    .addArgument(new Argument('<kind>', 'sqlite suits more than 200,000 accounts').choices(['lowdb', 'sqlite']))
    .action(async (kind: 'lowdb' | 'sqlite') => (await offline()).move(context, kind));
  store
    .command('restore')
    .description('Puts a backup in the place of the store; the host must be stopped.')
    .argument('<folder>', 'that `store backup` wrote')
    .option('--yes', 'do not ask')
    .action(async (folder: string, flags: { readonly yes?: boolean }) => (await offline()).restore(context, folder, flags));
  store
    .command('repair')
    .description('Saves what can be read of a damaged store and keeps the damaged files; the host must be stopped.')
    .action(async () => (await offline()).repair(context));
}
