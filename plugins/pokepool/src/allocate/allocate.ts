import { MusterError, toMusterError, type PluginTaskContext } from '@muster/sdk';
import { createChecker } from '../checkers/checker.ts';
import { createPatientChecker } from '../checkers/patient.ts';
import type { FileFormat } from '../formats/file-account.ts';
import { monocle } from '../formats/monocle.ts';
import { rocketmap } from '../formats/rocketmap.ts';
import type { Account, AllocateInput, Config } from '../schemas.ts';
import { gather } from './gather.ts';
import { digestOf, type Note, type Outcome } from './note.ts';
import { recover } from './recover.ts';
import { findTarget, openTemporary, replaceTarget, settleTarget, undoTarget, writeDurably, type Target } from './target.ts';

export type AllocateContext = PluginTaskContext<Config, Account, AllocateInput>;

const FILE_FORMATS: Readonly<Record<AllocateInput['format'], FileFormat>> = { monocle, rocketmap };

/** What a caller gets: the outcome, and when more come back where it fell short. */
export type AllocateOutput = Outcome & { readonly nextReadyAt: number | null };

/**
 * Hands out the next accounts of the circle into a file: lease, check, write beside the target, note, put in place, commit.
 * Killed anywhere, the next run finds by the note and the leases whether the hand-out is committed, can be, or must be
 * taken back (see `recover`); there is no moment at which accounts are both in the file and still to be had.
 */
export async function allocate(ctx: AllocateContext): Promise<AllocateOutput> {
  const earlier = await recover(ctx);
  if (earlier) return withNext(ctx, earlier);

  const target = await findTarget(ctx.input.accountcsv, ctx.taskId);
  const outcome = await handOut(ctx, target);
  // Committed: what fails from here on takes nothing back.
  await settleTarget(target).catch((error: unknown) => ctx.log(`the former file stayed at ${target.former}: ${String(error)}`));
  ctx.progress(outcome.got, outcome.wanted, `written to ${outcome.file}`);
  ctx.log(`${outcome.got} of ${outcome.wanted} accounts handed out to ${outcome.owner}`, {
    file: outcome.file,
    format: outcome.format,
  });
  return withNext(ctx, outcome);
}

async function handOut(ctx: AllocateContext, target: Target): Promise<Outcome> {
  const { input, pool } = ctx;
  const handle = await openTemporary(target);
  let note: Note | undefined;
  try {
    const format = FILE_FORMATS[input.format];
    const checker = input.check ? await createChecker(ctx.config, ctx.fetch) : undefined;
    const { good, ...figures } = await gather(ctx, {
      wanted: input.count,
      request: requestOf(input),
      checker: checker && createPatientChecker(checker, { sleep: (ms) => ctx.sleep(ms), random: () => ctx.random() }),
      format,
    });
    if (good.length === 0) throw await nothing(ctx, figures.rested);

    const sha256 = await writeDurably(handle, [format.head, ...good.map(({ line }) => line)]);
    ctx.signal.throwIfAborted();
    const accounts = good.map(({ account }) => account);
    const outcome: Outcome = {
      got: accounts.length,
      wanted: input.count,
      file: target.path,
      format: input.format,
      owner: input.owner,
      leasedUntil: input.leaseMs === null ? null : ctx.now() + input.leaseMs,
      ...figures,
    };
    note = { phase: 'writing', sha256, leases: digestOf(accounts), outcome };
    await ctx.checkpoint.save(note);
    // From here on it is carried through: a stop waits for these two steps.
    await replaceTarget(target);
    await pool.handOut(accounts, { owner: outcome.owner, expiresAt: outcome.leasedUntil });
    return outcome;
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await takeBack(ctx, target, note).catch((error: unknown) =>
      ctx.log(`not all was taken back: ${toMusterError(error).message}`),
    );
    throw thrown;
  }
}

/** As if it had never run: the former file, no new one, every account in its place. */
async function takeBack(ctx: AllocateContext, target: Target, note: Note | undefined): Promise<void> {
  try {
    // Said before it is done: a run after a crash must not take accounts that went back for handed out.
    if (note) await ctx.checkpoint.save({ ...note, phase: 'undoing' });
  } finally {
    await undoTarget(target, note?.sha256);
  }
  const held = await ctx.pool.held();
  if (held.length > 0) await ctx.pool.giveBack(held);
}

const requestOf = ({ minLevel, maxLevel, where }: AllocateInput) => ({
  rank: { ...(minLevel !== undefined && { min: minLevel }), ...(maxLevel !== undefined && { max: maxLevel }) },
  ...(where !== undefined && { where }),
});

async function withNext(ctx: AllocateContext, outcome: Outcome): Promise<AllocateOutput> {
  const short = outcome.got < outcome.wanted;
  return { ...outcome, nextReadyAt: short ? (await ctx.pool.supply(requestOf(ctx.input))).nextReadyAt : null };
}

async function nothing(ctx: AllocateContext, rested: Outcome['rested']): Promise<MusterError> {
  const { input } = ctx;
  const { nextReadyAt } = await ctx.pool.supply(requestOf(input));
  const levels = [
    input.minLevel === undefined ? '' : `from level ${input.minLevel}`,
    input.maxLevel === undefined ? '' : `up to level ${input.maxLevel}`,
  ];
  const which = levels.filter((part) => part !== '').join(' ');
  const failed = Object.values(rested).reduce((sum, count) => sum + count, 0);
  const why = failed > 0 ? `; ${failed} were checked and put to rest` : '';
  const then =
    nextReadyAt === null ? 'None comes back by itself: load more, or widen the levels.' : 'Try again when the next one is ready.';
  return new MusterError(
    'NOTHING_AVAILABLE',
    `No account${which === '' ? '' : ` ${which}`} is ready${why}. ${input.accountcsv} is as it was. ${then}`,
    {
      ...(nextReadyAt !== null && { retryAfterMs: Math.max(0, nextReadyAt - ctx.now()) }),
      details: { got: 0, wanted: input.count, nextReadyAt, rested },
    },
  );
}
