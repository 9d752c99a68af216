import type { HTTPRequest, HTTPResponse } from 'puppeteer';
import { classify } from '../profile/classify.ts';
import type { ErrorClass, SiteProfile, StepOf } from '../profile/site-profile.ts';
import { isStop, SiteFailure, toFailure } from './failure.ts';
import type { PageWatch } from './page-watch.ts';

export type Expectation = NonNullable<StepOf<'click'>['expect']>;

/** What the site answered to one post. */
export interface SiteAnswer {
  /** The site's own flag, and nothing else. */
  readonly ok: boolean;
  /** As it came. */
  readonly text: string;
  readonly kind: ErrorClass | undefined;
}

/** Does something that posts, and waits for the answer. SiteFailure when none comes, or none that can be understood. */
export async function answerTo(
  watch: PageWatch,
  expect: Expectation,
  { act, profile, timeoutMs }: { readonly act: () => Promise<void>; readonly profile: SiteProfile; readonly timeoutMs: number },
): Promise<SiteAnswer> {
  const { page } = watch;
  const wanted = expect.url.toLowerCase();
  const isIt = (request: HTTPRequest): boolean => request.method() === 'POST' && request.url().toLowerCase().includes(wanted);
  const answer = Promise.withResolvers<HTTPResponse>();
  answer.promise.catch(() => undefined);
  const onResponse = (response: HTTPResponse): void => {
    if (isIt(response.request())) answer.resolve(response);
  };
  const timer = setTimeout(
    () => answer.reject(new SiteFailure('network', `No answer of ${expect.url} within ${Math.round(timeoutMs / 1_000)} s`)),
    expect.timeoutMs ?? timeoutMs,
  );
  page.on('response', onResponse);
  try {
    const text = await watch.during(async () => {
      await act();
      const response = await answer.promise;
      return response.text();
    });
    return read(text, expect, profile);
  } catch (thrown) {
    throw isStop(thrown) ? thrown : toFailure(thrown, {});
  } finally {
    clearTimeout(timer);
    page.off('response', onResponse);
  }
}

function read(text: string, { flag, url }: Expectation, profile: SiteProfile): SiteAnswer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SiteFailure('unknown', `The answer of ${url} is no JSON`, { response: text.slice(0, 2_000) });
  }
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, flag))
    throw new SiteFailure('unknown', `The answer of ${url} has no “${flag}”`, { response: text.slice(0, 2_000) });
  const ok = (body as Readonly<Record<string, unknown>>)[flag] === true;
  return { ok, text: text.slice(0, 2_000), kind: ok ? undefined : classify(profile, { status: 200, text: errorText(body) }) };
}

/** The words of a refusal: every text of the answer, whatever its member is called. */
const errorText = (body: object): string =>
  Object.values(body)
    .filter((value) => typeof value === 'string')
    .join(' ');

/** A refusal as a failure, with the site's own words. */
export const refusedBy = (answer: SiteAnswer, what: string): SiteFailure => {
  const said = (() => {
    const { error } = JSON.parse(answer.text) as { error?: unknown };
    return typeof error === 'string' ? error.slice(0, 300) : answer.text.slice(0, 300);
  })();
  return new SiteFailure(answer.kind ?? 'unknown', `${what}: the site said “${said}”`, { response: answer.text });
};
