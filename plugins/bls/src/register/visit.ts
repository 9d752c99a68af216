import { setTimeout as wait } from 'node:timers/promises';
import type { LeasedProxy } from '@muster/sdk';
import { askWhether, loginExists } from '../runner/ask-site.ts';
import { keepEvidence } from '../runner/evidence.ts';
import { isStop, SiteFailure, toFailure } from '../runner/failure.ts';
import { watchPage } from '../runner/page-watch.ts';
import type { Visit } from '../runner/steps.ts';
import { walk } from '../runner/walk.ts';
import type { OpenPage } from '../service/browsers.ts';
import type { Exit } from '../service/exits.ts';
import type { Visa } from '../service/site-gate.ts';
import { PAUSES } from './outcome.ts';
import type { Note, Registration } from './registration.ts';

export interface Outcome {
  /** Undefined: the site said that it is registered. */
  readonly failure: SiteFailure | undefined;
  readonly heard: boolean;
  /** The last post was made, and what became of it is not known. */
  readonly uncertain: boolean;
}

/** One visit of the site, in a browser context of its own. */
export async function visit(
  task: Registration,
  {
    exit,
    proxy,
    uncertain: before,
    askOnly = false,
  }: {
    readonly exit: Exit | undefined;
    readonly proxy: LeasedProxy | undefined;
    readonly uncertain: boolean;
    /** Only ask what became of the last post. */
    readonly askOnly?: boolean;
  },
): Promise<Outcome> {
  const { ctx, service, loaded, site, person } = task;
  const { profile } = loaded;
  const via = proxy ? ` · ${proxy.label}` : '';
  const gate = await service.gate(site);
  const visa: Visa = await gate.enter({
    paceMs: ctx.config.paceMs ?? profile.paceMs,
    signal: ctx.signal,
    note: (why) => task.at(0, why),
  });
  let uncertain = before;
  let opened: OpenPage | undefined;
  let watch: ReturnType<typeof watchPage> | undefined;
  const note = async (step: Note['step'], state: 'claimed' | 'posting'): Promise<void> => {
    // One write to the disk for both: neither counts before the other is there.
    await Promise.all([ctx.checkpoint.save({ step, site }), service.journal.note(site, person, state)]);
  };
  try {
    opened = await service.browsers().open({ proxyServer: exit?.proxyServer, blockedUrls: profile.blockedUrls });
    watch = watchPage(opened.page, { profile, signal: ctx.signal, now: () => Date.now() });
    const visiting: Visit = {
      watch,
      profile,
      baseUrl: task.baseUrl,
      data: ctx.account.data,
      timeoutMs: ctx.config.stepTimeoutMs,
      signal: ctx.signal,
      now: () => Date.now(),
      sleep: pause(ctx.signal),
    };
    if (uncertain) {
      task.at(0, `asking whether the login exists${via}`);
      const exists = (await loginExists(visiting)) ?? (await askWhether(task.people, { email: person.email, site }));
      visa.served();
      if (exists) return { failure: undefined, heard: true, uncertain: false };
      await note('refused', 'claimed');
      uncertain = false;
      if (askOnly) throw new SiteFailure('unknown', 'The registration was not made');
    }
    await walk(visiting, {
      people: task.people,
      at: (step, word) => {
        if (step > 0) visa.served();
        task.at(step, `${word}${via}`);
      },
      ledger: {
        async posting() {
          await note('posting', 'posting');
          uncertain = true;
        },
        async refused() {
          await note('refused', 'claimed');
          uncertain = false;
        },
      },
    });
    return { failure: undefined, heard: true, uncertain: false };
  } catch (thrown) {
    if (isStop(thrown)) throw thrown;
    const failure = toFailure(thrown, {});
    if (failure.kind === 'rate_limited' || failure.kind === 'blocked')
      await visa.refused({ why: failure.message, retryAfterMs: failure.facts.retryAfterMs, rules: PAUSES[failure.kind] });
    if (!askOnly && failure.kind !== 'network' && failure.kind !== 'browser_gone' && failure.kind !== 'proxy_fault')
      await keepEvidence(ctx, { page: opened?.page, failure, mask: task.mask, said: watch?.said ?? [] }).catch(() => undefined);
    return { failure, heard: watch?.heard ?? false, uncertain };
  } finally {
    visa.left();
    watch?.close();
    await opened?.close();
  }
}

/** Real time: it waits for a real page. Rejects with the reason of the signal. */
const pause =
  (signal: AbortSignal) =>
  async (ms: number): Promise<void> => {
    try {
      await wait(ms, undefined, { signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown;
    }
  };
