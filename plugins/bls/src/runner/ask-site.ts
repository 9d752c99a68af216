import type { People } from './people.ts';
import { answerTo } from './site-answer.ts';
import { click, dismiss, fill, openPage, type Visit } from './steps.ts';

/** Whether the site has a login for the account; undefined when it cannot be asked, or does not say. */
export async function loginExists(visit: Visit): Promise<boolean | undefined> {
  const { login } = visit.profile;
  if (!login) return undefined;
  let page = 'login';
  for (const step of login.steps) {
    if (step.do === 'open') {
      page = step.page;
      await openPage(visit, step);
    } else if (step.do === 'dismiss') await dismiss(visit, step, page);
    else await fill(visit, step, page);
  }
  const answer = await answerTo(visit.watch, login.expect, {
    profile: visit.profile,
    timeoutMs: visit.timeoutMs,
    act: () => click(visit, login.click, page),
  });
  if (answer.ok) return true;
  return new RegExp(login.missing, 'i').test(answer.text) ? false : undefined;
}

/** A person's word for it, where the site gives none. */
export const askWhether = async (
  people: People,
  { email, site }: { readonly email: string; readonly site: string },
): Promise<boolean> =>
  (await people.ask({
    kind: 'confirm',
    title: `Was ${email} registered at ${site}? The last post got no answer, and the site does not tell. Look into the mailbox (a password comes after a registration). yes: it is done; no: it is tried again`,
  })) === 'yes';
