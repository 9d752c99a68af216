import { MusterError, type HandedOut, type PooledAccount } from '@muster/sdk';
import type { PoolContext } from '../allocate/context.ts';
import { checksumOf } from '../allocate/target.ts';
import { readLeases } from '../allocate/leases.ts';
import type { Account, ReleaseInput } from '../schemas.ts';
import { readAccountFile, type Named } from './account-file.ts';

/** Which hand-outs are meant. */
export interface GivenBack {
  readonly owner: string | undefined;
  /** Each with the fence of its hand-out, and as it stands now. */
  readonly accounts: readonly (HandedOut & { readonly now: PooledAccount<Account> })[];
  /** Names that no account has. */
  readonly unknown: readonly string[];
}

const nameOf = ({ provider, username }: Named): string => `${provider}/${username.toLowerCase()}`;
const FOUND_AT_ONCE = 1_000;

/** Looks up what an input names. BAD_INPUT when it does not say enough to tell one hand-out from a later one. */
export async function findGivenBack(ctx: PoolContext<ReleaseInput>): Promise<GivenBack> {
  const { input, pool, signal } = ctx;
  if (input.accountcsv === undefined && input.usernames.length > 0) return byName(ctx);
  if (input.accountcsv === undefined) {
    if (input.owner === undefined)
      throw new MusterError('BAD_INPUT', 'Say what comes back: accountcsv (a file), owner (all it has), or usernames.');
    const out = await pool.handedOutTo(input.owner);
    return { owner: input.owner, accounts: out.map((now) => ({ id: now.id, fence: now.fence, now })), unknown: [] };
  }
  const wanted = new Set(input.usernames.map((name) => name.toLowerCase()));
  const all = await readAccountFile(input.accountcsv, signal);
  const named = wanted.size === 0 ? all : all.filter(({ username }) => wanted.has(username.toLowerCase()));
  const leases = await readLeases(input.accountcsv);
  if (leases && leases.sha256 !== (await checksumOf(input.accountcsv)) && input.owner === undefined) {
    throw new MusterError(
      'BAD_INPUT',
      `accountcsv: the file was changed since it was written, so the leases beside it may not be its own. Name the owner (it was ${leases.owner}).`,
    );
  }
  if (!leases && input.owner === undefined) {
    throw new MusterError(
      'BAD_INPUT',
      'accountcsv: no leases stand beside the file (….leases.json), so it cannot be told who has had these accounts since. Name the owner.',
    );
  }
  const fences = new Map(leases?.leases.map(({ fence, ...name }) => [nameOf(name as Named), fence]));
  const owner = input.owner ?? leases?.owner;
  return lookUp(ctx, named, { owner, fenceOf: (name) => fences.get(nameOf(name)) });
}

/** By name alone: of a user name that both providers have, the one that is handed out. */
async function byName(ctx: PoolContext<ReleaseInput>): Promise<GivenBack> {
  const { owner, usernames } = ctx.input;
  const names = [...new Set(usernames.map((name) => name.toLowerCase()))];
  const both = (['ptc', 'google'] as const).flatMap((provider) => names.map((username) => ({ provider, username })));
  const { accounts } = await lookUp(ctx, both, { owner, fenceOf: () => undefined });
  const chosen = new Map<string, GivenBack['accounts'][number]>();
  for (const account of accounts) {
    const name = account.now.data.username.toLowerCase();
    if (!chosen.has(name) || (account.now.owner !== null && chosen.get(name)?.now.owner === null)) chosen.set(name, account);
  }
  return { owner, accounts: [...chosen.values()], unknown: names.filter((name) => !chosen.has(name)) };
}

async function lookUp(
  { pool, signal }: PoolContext,
  named: readonly Named[],
  { owner, fenceOf }: { readonly owner: string | undefined; readonly fenceOf: (name: Named) => number | undefined },
): Promise<GivenBack> {
  const accounts: GivenBack['accounts'][number][] = [];
  const unknown: string[] = [];
  for (let at = 0; at < named.length; at += FOUND_AT_ONCE) {
    signal.throwIfAborted();
    const some = named.slice(at, at + FOUND_AT_ONCE);
    const found = await pool.find(some);
    for (const [index, name] of some.entries()) {
      const now = found[index];
      if (now) accounts.push({ id: now.id, fence: fenceOf(name) ?? now.fence, now });
      else unknown.push(name.username);
    }
  }
  return { owner, accounts, unknown };
}
