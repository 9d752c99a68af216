import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MusterError, type AccountTaskContext } from '@muster/sdk';
import { clearProfile } from '../browser/clear-profile.ts';
import type { WhatsAppService } from '../service-api.ts';
import type { ExportInput, ImportInput } from '../inputs.ts';
import { seal, unseal } from '../profile-file/format.ts';
import { pack, unpack } from '../profile-file/pack.ts';
import { ClientId, type Account, type Config } from '../schemas.ts';

type Context<TInput> = AccountTaskContext<Config, Account, TInput>;

const MIN_PASSPHRASE = 8;

async function passphraseOf(ctx: Context<unknown>): Promise<string> {
  const known = await ctx.account.secret('passphrase');
  const passphrase = known ?? (await ctx.ask({ kind: 'text', title: `Passphrase for the file of ${ctx.account.data.clientId}` }));
  if (passphrase.length < MIN_PASSPHRASE)
    throw new MusterError(
      'BAD_INPUT',
      `The passphrase needs ${MIN_PASSPHRASE} letters at least; who has the file and the passphrase is logged in.`,
    );
  return passphrase;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The session is closed while this runs: its account is on lease to one of the two. */
async function profileOf(ctx: Context<unknown>): Promise<{ readonly profiles: string; readonly profile: string }> {
  const { profiles } = await ctx.service<WhatsAppService>();
  return { profiles, profile: join(profiles, `session-${ClientId.parse(ctx.account.data.clientId)}`) };
}

/** Writes the login of a closed session into an encrypted file. */
export async function exportSession(ctx: Context<ExportInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const { file } = ctx.input;
  const { profile } = await profileOf(ctx);
  const { clientId } = ctx.account.data;
  if (!(await exists(profile)))
    throw new MusterError('NOT_FOUND', `${clientId} has no profile yet: open its session and link it first.`);
  if (await exists(file)) throw new MusterError('CONFLICT', `file: ${file} is there already; name another, or remove it first.`);
  const passphrase = await passphraseOf(ctx);
  await clearProfile(profile);
  const draft = `${file}.part`;
  let bytes = 0;
  try {
    const target = await open(draft, 'wx', 0o600);
    try {
      for await (const piece of seal(pack(profile), { passphrase, clientId, now: ctx.now() })) {
        ctx.signal.throwIfAborted();
        await target.write(piece);
        bytes += piece.length;
      }
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  ctx.progress(1, 1);
  return { file: basename(file), bytes };
}

/** Makes the profile of an account from an exported file, whole or not at all. */
export async function importSession(ctx: Context<ImportInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const { file, replace } = ctx.input;
  const { profiles, profile } = await profileOf(ctx);
  const { clientId } = ctx.account.data;
  if (!(await exists(file)))
    throw new MusterError('BAD_INPUT', `file: ${file} is not there; give the full path of an exported session.`);
  if (!replace && (await exists(profile)))
    throw new MusterError('CONFLICT', `${clientId} has a profile already; say replace to put this one in its place.`);
  const passphrase = await passphraseOf(ctx);
  if (await exists(profile)) await clearProfile(profile);
  const draft = join(profiles, `.import-${clientId}`);
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    const files = await unpack(unseal(createReadStream(file), passphrase), draft);
    ctx.signal.throwIfAborted();
    await rm(profile, { recursive: true, force: true });
    await rename(draft, profile);
    ctx.progress(1, 1);
    return { files };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
