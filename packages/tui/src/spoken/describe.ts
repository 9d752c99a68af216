import type { Account, Job, MusterEvent, Prompt, Task } from '@muster/api';
import { titleAlone } from '../screens/inbox/prompt-title.ts';
import { STATE_LOOKS } from '@muster/sdk/ui';
import { moment, plural, shortSpan } from '../parts/format.ts';
import { countOf, finished, leftText } from '../screens/jobs/job-figures.ts';

const sentence = (...parts: readonly (string | undefined | null | false)[]): string => parts.filter(Boolean).join(', ');

export const sayAccount = ({ label, state, status, why, tries, tags }: Account): string =>
  sentence(
    label,
    STATE_LOOKS[state].word,
    status,
    why,
    tries > 0 && plural(tries, 'try'),
    tags.length > 0 && `tags ${tags.join(' ')}`,
  );

export const sayJob = (job: Job): string =>
  sentence(
    job.title,
    job.state,
    `${finished(job)} of ${job.total}`,
    countOf(job, 'failed') > 0 && `${countOf(job, 'failed')} failed`,
    job.state === 'running' && job.leftMs !== null && `${leftText(job)} left`,
  );

export const sayTask = ({ label, state, error }: Task): string =>
  sentence(label, state, error && `${error.code}: ${error.message}`);

export const sayEvent = ({ at, level, message }: MusterEvent, now: number): string => sentence(moment(at, now), level, message);

export const sayPrompt = (prompt: Prompt, now: number): string => {
  const { kind, label, text, expiresAt } = prompt;
  return sentence(
    `${kind} for ${label}`,
    titleAlone(prompt),
    text,
    expiresAt > now ? `expires in ${shortSpan(expiresAt - now)}` : 'expired',
  );
};
