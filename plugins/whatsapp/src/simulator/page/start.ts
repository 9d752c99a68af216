import type { PageWindow, StandIn } from './stand-in.ts';

/** Puts the modules on `window` and opens the line, as slowly and as faultily as the switches say. */
export async function start(page: StandIn, known: Record<string, unknown>): Promise<void> {
  const { config } = page;
  const view = window as unknown as PageWindow;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const bytes = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
  view.standIn = page;
  view.require = Object.assign(
    (name: string): unknown => {
      if (Object.hasOwn(known, name) && !config.without.includes(name)) return known[name];
      page.missing.push(name);
      throw new Error(`Requiring unknown module "${name}"`);
    },
    { modules: known },
  );
  page.keys = { noise: bytes(), identity: bytes(), adv: btoa(String.fromCharCode(...bytes())) };
  // Numbers that are no small integers: eight bytes each.
  const ballast = Array.from({ length: config.ballastMB }, () => Array.from({ length: 131_072 }, (_, index) => index * 1.1));
  Object.defineProperty(page, 'ballast', { value: ballast });
  page.me = await page.credentials.load();
  if (page.me) await page.wakeUp();
  page.socket.set('state', 'OPENING');
  if (!config.noDebug) view.Debug = { VERSION: config.version };
  if (config.reloadOnceMs > 0 && sessionStorage.getItem('stand-in.reloaded') === null) {
    sessionStorage.setItem('stand-in.reloaded', 'yes');
    setTimeout(() => location.reload(), config.reloadOnceMs);
  }
  if (config.stuckOpening) return;
  await wait(config.openMs);
  page.connect();
}
