import { MusterError, toMusterError, type PoolRequest } from '@muster/sdk';
import { createChecker } from '../checkers/create-checker.ts';
import { createPatientChecker } from '../checkers/patient.ts';
import type { FileFormat } from '../formats/file-account.ts';
import { monocle } from '../formats/monocle.ts';
import { rocketmap } from '../formats/rocketmap.ts';
import type { Format } from '../schemas.ts';
import type { PoolContext } from './context.ts';
import { gather } from './gather.ts';
import { leaseOf, leasesText, type Lease } from './leases.ts';
import { digestOf, type Note, type Outcome } from './note.ts';
import { findPlace, replacePlace, settlePlace, undoPlace, type Place } from './place.ts';
import { recover } from './recover.ts';
import { openTemporary, writeDurably } from './target.ts';

export const FILE_FORMATS: Readonly<Record<Format, FileFormat>> = { monocle, rocketmap };

/** What to hand out, and how the file is made of it. */
export interface HandOutPlan {
  readonly accountcsv: string;
  readonly wanted: number;
  readonly request: Omit<PoolRequest, 'count'>;
  readonly check: boolean;
  readonly format: Format;
  readonly owner: string;
  /** Asked when the accounts are there: when they come back by themselves. */
  readonly until: () => number | null;
  /** The whole text of the file, from the lines of the accounts. */
  readonly compose: (lines: readonly string[]) => Iterable<string>;
  /** Those of the former file that stay in it. */
  readonly keeps?: readonly Lease[];
  /** The account that one of them takes the place of. */
  readonly instead?: Lease;
}

/**
 * Hands out the next accounts of the circle into a file: lease, check, write beside the target, note, put in place, commit.
 * Killed anywhere, the next run finds by the note and the leases whether the hand-out is committed, can be, or must be
 * taken back (see `recover`); there is no moment at which accounts are both in the file and still to be had. The plan is
 * asked for when an earlier run of the task has left nothing that counts.
 */
export async function handOut(ctx: PoolContext, planned: () => HandOutPlan | Promise<HandOutPlan>): Promise<Note> {
  const earlier = await recover(ctx);
  if (earlier) return earlier;

  const plan = await planned();
  const place = await findPlace(plan.accountcsv, ctx.taskId);
  const note = await handOutInto(ctx, place, plan);
  // Committed: what fails from here on takes nothing back.
  await settlePlace(place).catch((error: unknown) => ctx.log(`the former file stayed at ${place.csv.former}: ${String(error)}`));
  const { outcome } = note;
  ctx.progress(outcome.got, outcome.wanted, `written to ${outcome.file}`);
  ctx.log(`${outcome.got} of ${outcome.wanted} accounts handed out to ${outcome.owner}`, {
    file: outcome.file,
    format: outcome.format,
  });
  return note;
}

async function handOutInto(ctx: PoolContext, place: Place, plan: HandOutPlan): Promise<Note> {
  const { pool } = ctx;
  const handle = await openTemporary(place.csv);
  let note: Note | undefined;
  try {
    const format = FILE_FORMATS[plan.format];
    const checker = plan.check ? await createChecker(ctx.config, ctx.fetch) : undefined;
    const { good, ...figures } = await gather(ctx, {
      wanted: plan.wanted,
      request: plan.request,
      checker: checker && createPatientChecker(checker, { sleep: (ms) => ctx.sleep(ms), random: () => ctx.random() }),
      format,
    });
    if (good.length === 0) throw await nothing(ctx, plan, figures.rested);

    const sha256 = await writeDurably(handle, plan.compose(good.map(({ line }) => line)));
    const accounts = good.map(({ account }) => account);
    const leasedUntil = plan.until();
    const leases = [...(plan.keeps ?? []), ...accounts.map(leaseOf)];
    const leasesSha256 = await writeDurably(
      await openTemporary(place.leases),
      leasesText({ version: 1, sha256, owner: plan.owner, leasedUntil, leases }),
    );
    ctx.signal.throwIfAborted();
    const outcome: Outcome = {
      got: accounts.length,
      wanted: plan.wanted,
      file: place.csv.path,
      format: plan.format,
      owner: plan.owner,
      leasedUntil,
      ...figures,
    };
    const { instead = null } = plan;
    const came = instead ? (accounts[0]?.data.username ?? null) : null;
    note = { phase: 'writing', sha256, leasesSha256, leases: digestOf(accounts), outcome, instead, came };
    await ctx.checkpoint.save(note);
    // From here on it is carried through: a stop waits for these two steps.
    await replacePlace(place);
    await pool.handOut(accounts, { owner: outcome.owner, expiresAt: outcome.leasedUntil });
    return note;
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await takeBack(ctx, place, note).catch((error: unknown) =>
      ctx.log(`not all was taken back: ${toMusterError(error).message}`),
    );
    throw thrown;
  }
}

/** As if it had never run: the former file, no new one, every account in its place. */
async function takeBack(ctx: PoolContext, place: Place, note: Note | undefined): Promise<void> {
  try {
    // Said before it is done: a run after a crash must not take accounts that went back for handed out.
    if (note) await ctx.checkpoint.save({ ...note, phase: 'undoing' });
  } finally {
    await undoPlace(place, note);
  }
  const held = await ctx.pool.held();
  if (held.length > 0) await ctx.pool.giveBack(held);
}

async function nothing(ctx: PoolContext, plan: HandOutPlan, rested: Outcome['rested']): Promise<MusterError> {
  const { rank } = plan.request;
  const { nextReadyAt } = await ctx.pool.supply(plan.request);
  const levels = [
    rank?.min === undefined ? '' : `from level ${rank.min}`,
    rank?.max === undefined ? '' : `up to level ${rank.max}`,
  ];
  const which = levels.filter((part) => part !== '').join(' ');
  const failed = Object.values(rested).reduce((sum, count) => sum + count, 0);
  const why = failed > 0 ? `; ${failed} were checked and put to rest` : '';
  const then =
    nextReadyAt === null ? 'None comes back by itself: load more, or widen the levels.' : 'Try again when the next one is ready.';
  return new MusterError(
    'NOTHING_AVAILABLE',
    `No account${which === '' ? '' : ` ${which}`} is ready${why}. ${plan.accountcsv} is as it was. ${then}`,
    {
      ...(nextReadyAt !== null && { retryAfterMs: Math.max(0, nextReadyAt - ctx.now()) }),
      details: { got: 0, wanted: plan.wanted, nextReadyAt, rested },
    },
  );
}
