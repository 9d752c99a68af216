import { toMusterError, type LeasedProxy } from '@muster/sdk';
import { codeByCommand } from './mail-code.ts';
import { iso, type Registered, type Registration } from './registration.ts';

export const done = (email: string, site: string): Registered => ({ email, site, blsStatus: 'created' });

/** The site said so: kept first where it can never be lost, then shown. */
export async function finish(task: Registration, proxy: LeasedProxy | null): Promise<Registered> {
  const { ctx, service, site, person, loaded } = task;
  await Promise.all([ctx.checkpoint.save({ step: 'registered', site }), service.journal.note(site, person, 'registered')]);
  const now = ctx.now();
  const data = ctx.account.data;
  const blsPassword = loaded.profile.temporaryPassword ? await temporaryPassword(task) : undefined;
  const shown = ctx.update({
    status: 'bls_created',
    why:
      blsPassword === undefined && loaded.profile.temporaryPassword ? `the password is in the mailbox of ${person.email}` : null,
    data: {
      blsStatus: 'created',
      blsUsername: person.email,
      ...(blsPassword !== undefined && { blsPassword }),
      blsCreatedAt: data.blsCreatedAt ?? iso(now),
      blsErrorMessage: '',
      blsErrorKind: '',
      lastActivity: iso(now),
    },
  });
  const counted = service.attempts.add(`${ctx.taskId}/${data.processingAttempts}`, {
    site,
    outcome: 'registered',
    durationMs: now - task.startedAt,
    proxy: proxy?.label ?? null,
  });
  await Promise.all([shown, counted]);
  task.at(Number.POSITIVE_INFINITY, 'registered');
  return done(person.email, site);
}

/** From the second mail, by the operator's program where there is one; nobody is asked for it. */
async function temporaryPassword({ ctx, site, person, startedAt }: Registration): Promise<string | undefined> {
  const { otpCommand, otpCommandTimeoutMs } = ctx.config;
  if (otpCommand.length === 0) return undefined;
  const request = { kind: 'password', email: person.email, site, since: iso(startedAt), refused: [] } as const;
  try {
    return await codeByCommand(otpCommand, request, { timeoutMs: otpCommandTimeoutMs, signal: ctx.signal });
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    ctx.log(`${ctx.account.label}: ${toMusterError(error).message} The password stays in the mailbox.`);
    return undefined;
  }
}
