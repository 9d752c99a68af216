import { MusterError, toMusterError } from '@muster/sdk';
import { createMask } from '../runner/evidence.ts';
import type { FailureKind } from '../runner/failure.ts';
import type { People } from '../runner/people.ts';
import { stepsOf } from '../runner/walk.ts';
import { Account, NEEDED_TO_REGISTER } from '../schemas.ts';
import type { Person } from '../service/journal.ts';
import { baseUrlOf } from './base-url.ts';
import { codeByCommand } from './mail-code.ts';
import { iso, type RegisterContext, type Registration } from './registration.ts';

/** Everything that must be so before the site is visited. */
export async function begin(
  ctx: RegisterContext,
  { service, loaded, site }: Pick<Registration, 'service' | 'loaded' | 'site'>,
): Promise<Registration> {
  const { account, config } = ctx;
  const startedAt = ctx.now();
  const { data } = account;
  const refuse = async (kind: FailureKind, code: string, message: string): Promise<never> => {
    await ctx.update({
      status: 'bls_failed',
      why: message,
      data: { blsStatus: 'failed', blsErrorMessage: message, blsErrorKind: kind, lastActivity: iso(ctx.now()) },
    });
    throw new MusterError(code, message, { remedy: 'retire-account', status: 'bls_failed' });
  };
  const lacking = NEEDED_TO_REGISTER.filter((field) => data[field] === undefined);
  if (lacking.length > 0)
    await refuse('field_invalid', 'FIELD_INVALID', `${lacking.join(', ')} must be filled in before a registration`);
  const checked = Account.safeParse(data);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    await refuse('field_invalid', 'FIELD_INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  if (!loaded.simulated && (data.consentAt === undefined || data.consentStatement === undefined))
    await refuse(
      'field_invalid',
      'NO_CONSENT',
      `No consent of the applicant is recorded; a live site needs it (muster run bls.record-consent)`,
    );
  if (data.passportExpiryDate !== undefined && data.passportExpiryDate <= iso(startedAt).slice(0, 10))
    await refuse('field_invalid', 'FIELD_INVALID', `passportExpiryDate: the passport expired on ${data.passportExpiryDate}`);

  const person: Person = {
    account: account.id,
    label: account.label,
    email: data.email,
    passportNumber: data.passportNumber ?? '',
    task: ctx.taskId,
  };
  const total = stepsOf(loaded.profile) + 1;
  let furthest = 0;
  const task: Registration = {
    ctx,
    service,
    loaded,
    site,
    baseUrl: baseUrlOf(loaded, config),
    person,
    mask: createMask([data.passportNumber, await account.secret('password'), await account.secret('blsPassword')]),
    people: peopleOf(ctx, site),
    startedAt,
    at: (step, word) => {
      furthest = Math.max(furthest, Math.min(step, total));
      ctx.progress(furthest, total, word);
    },
  };
  task.at(0, 'begins');
  return task;
}

function peopleOf(ctx: RegisterContext, site: string): People {
  const { config, account } = ctx;
  const { email } = account.data;
  const expiresInMs = config.promptMs;
  return {
    ask: (request) => ctx.ask({ expiresInMs, ...request }),
    async code({ refused, since, withdraw }) {
      if (config.otpCommand.length > 0) {
        const request = { kind: 'otp', email, site, since: iso(since), refused } as const;
        try {
          return await codeByCommand(config.otpCommand, request, { timeoutMs: config.otpCommandTimeoutMs, signal: withdraw });
        } catch (error) {
          if (withdraw.aborted) throw error;
          ctx.log(`${account.label}: ${toMusterError(error).message} A person is asked.`);
        }
      }
      const again = refused.length > 0 ? 'The last code was not taken. ' : '';
      return ctx.ask({
        kind: 'otp',
        title: `${again}The code from the mail to ${email}`,
        expiresInMs,
        withdraw,
      });
    },
  };
}
