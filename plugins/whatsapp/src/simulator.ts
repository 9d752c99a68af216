import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '@muster/sdk';
import { answerControl } from './simulator/control.ts';
import { Knobs } from './simulator/knobs.ts';
import { pageHtml } from './simulator/page.ts';
import { StandInService } from './simulator/service.ts';

/** Of the stand-in page; far above any real one. */
const VERSION = '2.3000.9999999';

/** Only in tests and demonstrations: the page may speak to 127.0.0.1, and nothing else can be reached. */
const BROWSER_ARGS = ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'];
const FEATURES_OFF = ['LocalNetworkAccessChecks', 'LocalNetworkAccessChecksWebSockets'];

export interface WhatsAppSimulator extends Simulator {
  readonly service: StandInService;
  /** Changes knobs; the page's count for pages loaded from then on. */
  turn(knobs: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * A stand-in of WhatsApp Web: a page for the real library in a real browser, and the service and phones behind it on
 * 127.0.0.1. `config` serves the page from the library's own version cache. Phones are worked by `POST /scan`,
 * `/enter-code`, `/unlink`, `/incoming`, `/group`, `/vote`, `/state`, `/hang`, `/reload`, `/drop`, `/register`, `/read`, `/stats`.
 */
export default async function start(
  options: { readonly port?: number; readonly knobs?: Readonly<Record<string, unknown>> } = {},
): Promise<WhatsAppSimulator> {
  let knobs = Knobs.parse(options.knobs ?? {});
  const service = new StandInService(() => knobs, answerControl);
  const address = await service.listen(options.port ?? 0);
  const cache = await mkdtemp(join(tmpdir(), 'muster-stand-in-'));
  const write = (): Promise<void> =>
    writeFile(join(cache, `${VERSION}.html`), pageHtml({ ...knobs.page, version: VERSION, service: `ws://${address}` }));
  await write();
  return {
    url: `http://${address}`,
    config: { webVersion: VERSION, webVersionCache: cache, browserArgs: BROWSER_ARGS, browserFeaturesOff: FEATURES_OFF },
    service,
    fault: (kind, count = 1) => void service.faults.push(...Array.from({ length: count }, () => kind)),
    counters: () => ({ ...service.counters }),
    async turn(changes) {
      const page = { ...knobs.page, ...(changes['page'] as object | undefined) };
      knobs = Knobs.parse({ ...knobs, ...changes, page });
      await write();
    },
    async close() {
      await service.close();
      await rm(cache, { recursive: true, force: true });
    },
  };
}
