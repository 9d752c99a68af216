import type { Dialog, HTTPRequest, HTTPResponse, Page } from 'puppeteer';
import { classify, retryAfterMs } from '../profile/classify.ts';
import type { SiteProfile } from '../profile/site-profile.ts';
import { SiteFailure, toFailure, transportKind } from './failure.ts';

/** What a page's traffic and its life tell while a step waits for something of it. */
export interface PageWatch {
  readonly page: Page;
  /** Something came back from the site in this page's life. */
  readonly heard: boolean;
  /** What the page said in message boxes, newest last. */
  readonly said: readonly string[];
  /** The work, or the failure that the page's traffic shows while it runs, whichever is first; `failed` ends with the latter. */
  during<T>(work: (failed: AbortSignal) => Promise<T>): Promise<T>;
  /** Forgets failures of a page that is opened anew. */
  forget(): void;
  close(): void;
}

const CARRIES = new Set(['document', 'xhr', 'fetch']);

/** Tells a page's failures at once, so that no step waits in vain for what cannot come any more. */
export function watchPage(
  page: Page,
  { profile, signal, now }: { readonly profile: SiteProfile; readonly signal: AbortSignal; readonly now: () => number },
): PageWatch {
  const said: string[] = [];
  let heard = false;
  let waiting: ((failure: Error) => void) | undefined;
  /** What failed while no step waited: told to the next one. */
  let pending: Error | undefined;
  const fail = (failure: Error): void => {
    if (waiting) waiting(failure);
    else pending ??= failure;
  };

  const isSite = (request: HTTPRequest): boolean => CARRIES.has(request.resourceType());
  const onFailed = (request: HTTPRequest): void => {
    const text = request.failure()?.errorText ?? 'failed';
    // A navigation that another takes the place of is no failure.
    if (isSite(request) && !/ERR_ABORTED/.test(text)) fail(toFailure(new Error(`${text} at ${pathOf(request.url())}`), {}));
  };
  const onResponse = (response: HTTPResponse): void => {
    if (!isSite(response.request())) return;
    const status = response.status();
    const transport = transportKind(status);
    if (transport) return fail(new SiteFailure(transport, `${status} at ${pathOf(response.url())}`, { status }));
    heard = true;
    const refused = refusalOf(profile, response, now());
    if (refused) fail(refused);
  };
  const onDialog = (dialog: Dialog): void => {
    said.push(dialog.message().slice(0, 500));
    dialog.accept().catch(() => undefined);
  };
  const gone = (): void => fail(new SiteFailure('browser_gone', 'The page is gone: its browser ended.'));
  const stopped = (): void => fail(signal.reason as Error);
  page.on('requestfailed', onFailed).on('response', onResponse).on('dialog', onDialog).on('close', gone).on('error', gone);
  const browser = page.browser();
  browser.on('disconnected', gone);
  signal.addEventListener('abort', stopped);

  return {
    page,
    said,
    get heard() {
      return heard;
    },
    async during(work) {
      signal.throwIfAborted();
      if (page.isClosed()) throw new SiteFailure('browser_gone', 'The page is gone: its browser ended.');
      if (pending !== undefined) {
        const failure = pending;
        pending = undefined;
        throw failure;
      }
      const first = Promise.withResolvers<never>();
      first.promise.catch(() => undefined);
      const failed = new AbortController();
      waiting = (failure) => {
        failed.abort(failure);
        first.reject(failure);
      };
      try {
        const working = work(failed.signal);
        working.catch(() => undefined);
        return await Promise.race([working, first.promise]);
      } finally {
        waiting = undefined;
      }
    },
    forget: () => void (pending = undefined),
    close() {
      signal.removeEventListener('abort', stopped);
      browser.off('disconnected', gone);
      page
        .off('requestfailed', onFailed)
        .off('response', onResponse)
        .off('dialog', onDialog)
        .off('close', gone)
        .off('error', gone);
    },
  };
}

/** An answer by which the site turns the visit away, whatever was asked. */
export function refusalOf(profile: SiteProfile, response: HTTPResponse, now: number): SiteFailure | undefined {
  const status = response.status();
  if (status === 200 || (status >= 300 && status < 400)) return undefined;
  const kind = classify(profile, { status });
  if (kind === undefined) return undefined;
  return new SiteFailure(kind, `The site answered ${status} at ${pathOf(response.url())}`, {
    status,
    retryAfterMs: retryAfterMs(response.headers()['retry-after'], now),
  });
}

/** Of an address, what can be shown: queries may hold anything. */
const pathOf = (url: string): string => {
  try {
    return new URL(url).pathname;
  } catch {
    return 'a page';
  }
};
