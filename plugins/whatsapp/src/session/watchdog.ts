import type { Page } from 'puppeteer';
import { announceSynced, askToReconnect, pageState } from '../client/page-calls.ts';
import type { WhatsAppState } from '../machine/states.ts';
import type { Config } from '../schemas.ts';
import type { Sightings } from './sightings.ts';
import { reasonOf, within } from '../within.ts';

export interface WatchOptions {
  readonly page: Page;
  readonly sightings: Sightings;
  readonly config: () => Config;
  readonly state: () => WhatsAppState;
  /** The page shows no more codes. */
  readonly codesRanOut: () => void;
  /** Ends with the browser. */
  readonly signal: AbortSignal;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  now(): number;
}

const MISSES = 3;
/** After a word of the page, the library has so long to say the same. */
const GRACE_MS = 1_500;
/** Of the time that a line may be gone: then it is asked for. */
const ASK_FOR_LINE_AT = 0.25;

/** Looks at the page again and again, for what nobody tells: hangs, lines that do not come back, a `ready` that was missed. */
export async function watch({ page, sightings, config, state, codesRanOut, signal, sleep, now }: WatchOptions): Promise<void> {
  let misses = 0;
  const since = createSince(now);
  while (!signal.aborted) {
    const { heartbeatMs, heartbeatTimeoutMs, syncTimeoutMs, lineTimeoutMs } = config();
    await sleep(heartbeatMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    let seen: Awaited<ReturnType<typeof pageState>>;
    try {
      seen = await within(pageState(page), heartbeatTimeoutMs, 'the page');
      misses = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (++misses < MISSES) continue;
      return sightings.browserLost(`the page does not answer (${reasonOf(error)})`);
    }
    const current = state();
    const linked = seen.state === 'CONNECTED';
    if (linked && !seen.synced) sightings.linked();
    const missed = linked && seen.synced && seen.listening && (current !== 'ready' || !seen.attached);
    if (since('missed ready', missed) > GRACE_MS) {
      since('missed ready', false);
      sightings.remedy('announce-ready', 'connected and synced, and no word of it');
      await within(announceSynced(page), heartbeatTimeoutMs, 'the page').catch(() => undefined);
    }
    if (since('not synced', linked && !seen.synced) > syncTimeoutMs)
      return sightings.browserLost(`linked, and not synced after ${syncTimeoutMs / 1_000} s`);
    const away = since('no line', current === 'reconnecting' && !linked);
    // Asked for once in any case: a machine that is busy may look only when the time is over already.
    const asks = away > lineTimeoutMs * ASK_FOR_LINE_AT;
    if (since('line asked for', asks) === 0 && asks) {
      sightings.remedy('ask-for-line', `no line for ${Math.round(away / 1_000)} s`);
      await within(askToReconnect(page), heartbeatTimeoutMs, 'the page').catch(() => undefined);
    } else if (away > lineTimeoutMs) return sightings.browserLost(`no line to WhatsApp for ${Math.round(away / 1_000)} s`);
    // The library sees it too late when it was away for the change of state itself.
    // A page that was loaded anew has its line before it has the library's ears.
    if (current === 'reconnecting' && linked && seen.synced && seen.attached) sightings.line('CONNECTED');
    if (current === 'ready' && (seen.state === 'TIMEOUT' || seen.state === 'OPENING')) sightings.line(seen.state);
    if (seen.state === 'UNPAIRED_IDLE') codesRanOut();
  }
}

/** How long something has been so, in ms; 0 when it has just begun, or is not. */
function createSince(now: () => number): (name: string, is: boolean) => number {
  const begun = new Map<string, number>();
  return (name, is) => {
    if (!is) {
      begun.delete(name);
      return 0;
    }
    const at = begun.get(name);
    if (at !== undefined) return now() - at;
    begun.set(name, now());
    return 0;
  };
}
