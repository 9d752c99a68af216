import type { LeasedProxy } from '@muster/sdk';

/** A way out as a browser can take it: without credentials, on this machine where it needs some. */
export interface Exit {
  readonly proxyServer: string;
  close(): Promise<void>;
}

/** Chromium takes no credentials in an address, and no password for socks at all: a local proxy has them instead. */
export async function openExit(proxy: LeasedProxy): Promise<Exit> {
  const url = new URL(proxy.url);
  if (url.username === '' && url.password === '' && (url.protocol === 'http:' || url.protocol === 'https:'))
    return { proxyServer: `${url.protocol}//${url.host}`, close: async () => undefined };
  const { anonymizeProxy, closeAnonymizedProxy } = await import('proxy-chain');
  const local = await anonymizeProxy(proxy.url);
  return { proxyServer: local, close: async () => void (await closeAnonymizedProxy(local, true)) };
}
