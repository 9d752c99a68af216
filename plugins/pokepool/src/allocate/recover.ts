import type { PoolContext } from './context.ts';
import { digestOf, Note } from './note.ts';
import { findPlace, settlePlace, undoPlace } from './place.ts';
import { checksumOf, exists } from './target.ts';

/**
 * Ends what an earlier run of this task left. Answers with its note when its hand-out is committed, now or before; else
 * everything is as if it had never run.
 *
 * The hand-out is one step of the pool, so after a crash either all leases are still held or none is. Held, and the file
 * is the one noted: only the commit was missing. Held, and it is another: it was never put in place. Not held: the commit
 * went through, unless the new file still waits beside its place.
 */
export async function recover(ctx: PoolContext): Promise<Note | undefined> {
  const { pool, taskId } = ctx;
  const note = Note.safeParse(ctx.checkpoint.last).data;
  const held = await pool.held();
  if (!note) {
    if (held.length > 0) await pool.giveBack(held);
    return undefined;
  }
  const place = await findPlace(note.outcome.file, taskId);
  if (note.phase === 'writing') {
    if (held.length === 0 && !(await exists(place.csv.temporary))) {
      await settlePlace(place);
      return note;
    }
    if (digestOf(held) === note.leases && (await checksumOf(place.csv.path)) === note.sha256) {
      await pool.handOut(held, { owner: note.outcome.owner, expiresAt: note.outcome.leasedUntil });
      await settlePlace(place);
      return note;
    }
    await ctx.checkpoint.save({ ...note, phase: 'undoing' });
  }
  await undoPlace(place, note);
  if (held.length > 0) await pool.giveBack(held);
  return undefined;
}
