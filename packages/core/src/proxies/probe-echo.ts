import type { ProxyAddress } from './proxy-address.ts';
import { proxyUrl } from './proxy-address.ts';
import { readEcho } from './echo-answer.ts';
import { isFaulty, ofError, ofProxyStatus, works, type ProbeResult } from './probe-result.ts';

const MAX_BYTES = 64 * 1_024;

async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= MAX_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MAX_BYTES).toString();
}

/**
 * Asks the echo through the proxy. `stop` is the only way to end it early: a proxy that accepts a connection and never answers
 * outlives every timeout of the client library, and its abort signal too; only destroying the agent ends it.
 */
export async function probeByEcho(address: ProxyAddress, echoUrl: string, stop: Promise<never>): Promise<ProbeResult> {
  const closers: (() => unknown)[] = [];
  try {
    const [{ ProxyAgent, request }, chain] = await Promise.all([
      import('undici'),
      address.scheme === 'socks5' ? import('proxy-chain') : undefined,
    ]);
    let uri = proxyUrl({ ...address, user: '', password: '' });
    if (chain) {
      const local = await chain.anonymizeProxy(proxyUrl(address));
      uri = local;
      closers.push(() => chain.closeAnonymizedProxy(local, true));
    }
    const entry = `${address.user}:${address.password}`;
    const token = chain || address.user === '' ? {} : { token: `Basic ${Buffer.from(entry).toString('base64')}` };
    const agent = new ProxyAgent({ uri, ...token });
    closers.push(() => agent.destroy());
    const asked = (async () => {
      const response = await request(echoUrl, { dispatcher: agent, headers: { accept: 'application/json' } });
      return { status: response.statusCode, text: await firstBytes(response.body) };
    })();
    asked.catch(() => undefined);
    return verdictOn(await Promise.race([asked, stop]), echoUrl.toLowerCase().startsWith('https:'));
  } catch (thrown) {
    return ofError(thrown);
  } finally {
    for (const close of closers.toReversed()) void (async () => close())().catch(() => undefined);
  }
}

/** Through a tunnel what answers is the echo itself; else the proxy may have answered in its place. */
function verdictOn({ status, text }: { readonly status: number; readonly text: string }, tunnel: boolean): ProbeResult {
  const own = tunnel ? undefined : ofProxyStatus(status);
  if (own) return own;
  const echo = readEcho(text);
  if (status < 300 && echo) return works('it works', { exitAddress: echo.address, exitCountry: echo.country });
  if (tunnel) return works(status < 300 ? 'it works; the echo names no address' : `it works; the echo itself answers ${status}`);
  if (status >= 500) return isFaulty('upstream', `it answers ${status}`);
  if (status >= 300) return works(`it answers; the echo says ${status}`);
  return isFaulty('not-a-proxy', 'what answers there is not the echo');
}
