import type { AllocateContext } from './allocate.ts';
import { digestOf, Note, type Outcome } from './note.ts';
import { checksumOf, exists, findTarget, settleTarget, undoTarget } from './target.ts';

/**
 * Ends what an earlier run of this task left. Answers with its outcome when its hand-out is committed, now or before; else
 * everything is as if it had never run.
 *
 * The hand-out is one step of the pool, so after a crash either all leases are still held or none is. Held, and the file
 * is the one noted: only the commit was missing. Held, and it is another: it was never put in place. Not held: the commit
 * went through, unless the new file still waits beside its place.
 */
export async function recover(ctx: AllocateContext): Promise<Outcome | undefined> {
  const { pool, taskId } = ctx;
  const note = Note.safeParse(ctx.checkpoint.last).data;
  const held = await pool.held();
  if (!note) {
    if (held.length > 0) await pool.giveBack(held);
    return undefined;
  }
  const target = await findTarget(note.outcome.file, taskId);
  if (note.phase === 'writing') {
    if (held.length === 0 && !(await exists(target.temporary))) {
      await settleTarget(target);
      return note.outcome;
    }
    if (digestOf(held) === note.leases && (await checksumOf(target.path)) === note.sha256) {
      await pool.handOut(held, { owner: note.outcome.owner, expiresAt: note.outcome.leasedUntil });
      await settleTarget(target);
      return note.outcome;
    }
    await ctx.checkpoint.save({ ...note, phase: 'undoing' });
  }
  await undoTarget(target, note.sha256);
  if (held.length > 0) await pool.giveBack(held);
  return undefined;
}
