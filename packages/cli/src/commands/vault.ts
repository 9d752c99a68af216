import { MusterError } from '@muster/sdk';
import { Option, type Command } from 'commander';
import { refuseOrAsk } from '../ask/confirm.ts';
import { askSecret } from '../ask/secret.ts';
import { readStdin } from '../ask/stdin.ts';
import type { Context } from '../context.ts';
import { plural } from '../print/words.ts';

interface KeyFlags {
  readonly type: 'passphrase' | 'key';
  readonly stdin?: boolean;
}

/** A passphrase or key, from stdin or from the terminal without echo; never from the command line. */
async function readKey(
  context: Context,
  { type, stdin }: KeyFlags,
  twice: boolean,
): Promise<{ passphrase: string } | { key: string }> {
  let text: string;
  if (stdin || !context.interactive) {
    if (!stdin) throw new MusterError('BAD_REQUEST', `The ${type} can be asked for on a terminal only; use --stdin.`);
    text = await readStdin();
  } else {
    text = await askSecret(type, process.stdin, process.stderr);
    if (twice && (await askSecret(`${type} again`, process.stdin, process.stderr)) !== text) {
      throw new MusterError('BAD_INPUT', 'The two are not the same; nothing was changed.');
    }
  }
  if (text === '') throw new MusterError('BAD_INPUT', `The ${type} is empty.`);
  return type === 'passphrase' ? { passphrase: text } : { key: text };
}

async function status(context: Context): Promise<void> {
  const { out } = context;
  const answer = await (await context.client()).call('vaultStatus');
  out.document(answer);
  out.line(
    `${answer.state}${answer.openedBy === null ? '' : `, opened by ${answer.openedBy}`}; ${plural(answer.keys, 'data key')}, active ${answer.activeKey}`,
  );
  out.table(
    [
      { title: 'SLOT', value: ({ id }) => id },
      { title: 'TYPE', value: ({ type }) => type },
      { title: 'SOURCE', value: ({ source }) => source },
    ],
    answer.slots,
  );
  for (const warning of answer.warnings) out.warn(`muster: ${warning}`);
  if (answer.state === 'locked') out.note('muster: `muster vault unlock` opens it.');
}

async function removeSlot(context: Context, id: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const client = await context.client();
  const slot = (await client.call('vaultStatus')).slots.find((one) => one.id === id);
  // One that is not there is the host's to refuse.
  if (slot && !yes) await refuseOrAsk(context, `Nobody opens the vault any more with slot ${id} (${slot.source}).`, 'remove');
  await client.call('removeVaultSlot', { params: { id } });
  context.out.document({ removed: id });
  context.out.line(`Slot ${id} is gone.`);
}

const withKey = (command: Command): Command =>
  command
    .addOption(new Option('--type <type>', 'what it is').choices(['passphrase', 'key']).default('passphrase'))
    .option('--stdin', 'read it from stdin');

export function register(program: Command, context: Context): void {
  const vault = program.command('vault').description('Keys of the secrets: slots, lock, re-encryption.');
  vault
    .command('status')
    .description('Key slots, and where the key came from.')
    .action(() => status(context));
  vault
    .command('rotate')
    .description('A new data key; every secret is sealed anew.')
    .action(async () => {
      const { resealed } = await (await context.client()).call('rotateVault');
      context.out.document({ resealed });
      context.out.line(`A new data key is in use; ${plural(resealed, 'secret')} sealed anew.`);
    });
  vault
    .command('lock')
    .description('Forgets the keys until the vault is unlocked.')
    .action(async () => {
      await (await context.client()).call('lockVault');
      context.out.document({ state: 'locked' });
      context.out.line('The vault is locked.');
    });
  withKey(vault.command('unlock').description('Opens the vault.')).action(async (flags: KeyFlags) => {
    const client = await context.client();
    await client.call('unlockVault', { body: await readKey(context, flags, false) });
    context.out.document({ state: 'open' });
    context.out.line('The vault is open.');
  });
  withKey(vault.command('add-slot').description('Another way to open the vault.')).action(async (flags: KeyFlags) => {
    const client = await context.client();
    const { id } = await client.call('addVaultSlot', { body: await readKey(context, flags, true) });
    context.out.document({ id });
    context.out.line(`Slot ${id} opens the vault as well.`);
  });
  vault
    .command('remove-slot')
    .description('Takes away a way to open the vault.')
    .argument('<slot>')
    .option('--yes', 'do not ask')
    .action((id: string, flags: { readonly yes?: boolean }) => removeSlot(context, id, flags));
}
