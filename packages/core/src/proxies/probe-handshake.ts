import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxyAddress } from './proxy-address.ts';
import { isFaulty, ofError, ofProxyStatus, works, type ProbeResult } from './probe-result.ts';

/** RFC 2606: a name that never resolves, so nobody else is bothered. */
const NOWHERE = 'muster.invalid:443';
const SOCKS_VERSION = 5;
const NO_AUTH = 0;
const PASSWORD = 2;
const MAX_ANSWER = 16 * 1_024;

/** Without an echo: opens the door and no more. It tells whether a proxy answers there and takes the credentials, not where it comes out. */
export async function probeByHandshake(address: ProxyAddress, stop: Promise<never>): Promise<ProbeResult> {
  const to = { host: address.host, port: address.port };
  const socket = address.scheme === 'https' ? connectTls({ ...to, servername: address.host }) : connectPlain(to);
  try {
    return await Promise.race([address.scheme === 'socks5' ? greetSocks(socket, address) : askForTunnel(socket, address), stop]);
  } catch (thrown) {
    return ofError(thrown);
  } finally {
    socket.destroy();
  }
}

const CLOSED = 'ENDED';

/** Gives what has come so far each time more comes, until `read` finds in it what it needs. */
function answer<T>(socket: Socket, read: (bytes: Buffer) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const done = (work: () => void): void => {
      socket.off('data', take).off('error', fail).off('close', end);
      work();
    };
    const take = (more: Buffer): void => {
      bytes = Buffer.concat([bytes, more]);
      const found = read(bytes);
      if (found !== undefined) done(() => resolve(found));
      else if (bytes.length > MAX_ANSWER) done(() => reject(new Error('an endless answer')));
    };
    const fail = (error: Error): void => done(() => reject(error));
    const end = (): void =>
      fail(Object.assign(new Error('the connection was closed'), { code: CLOSED, silent: bytes.length === 0 }));
    socket.on('data', take).on('error', fail).on('close', end);
  });
}

async function askForTunnel(socket: Socket, { user, password }: ProxyAddress): Promise<ProbeResult> {
  const entry = user === '' ? '' : `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}\r\n`;
  socket.write(`CONNECT ${NOWHERE} HTTP/1.1\r\nHost: ${NOWHERE}\r\n${entry}\r\n`);
  const start = await answer(socket, (bytes) => {
    const line = bytes.toString('latin1');
    return line.length >= 12 || line.includes('\n') ? line.slice(0, 12) : undefined;
  }).catch((thrown: unknown) => {
    // Some close without a word when there is no such place; one that minds the credentials says so.
    if (thrown instanceof Error && 'silent' in thrown && thrown.silent === true) return undefined;
    throw thrown;
  });
  if (start === undefined) return works('it takes the connection and says no more; only an echo can tell whether it works');
  const status = /^HTTP\/1\.[01] (\d{3})$/.exec(start)?.[1];
  if (status === undefined) return isFaulty('not-a-proxy', 'what answers there speaks another language');
  if (status === '407') return isFaulty('auth', 'it refuses the credentials (407)');
  if (status === '400' || status === '405' || status === '501') return isFaulty('not-a-proxy', `it knows no tunnels (${status})`);
  return ofProxyStatus(Number(status))?.kind === 'auth'
    ? isFaulty('auth', `it refuses the credentials (${status})`)
    : works('it answers; where it comes out is not known without an echo');
}

/** RFC 1928 and 1929, up to the credentials. */
async function greetSocks(socket: Socket, { user, password }: ProxyAddress): Promise<ProbeResult> {
  const methods = user === '' ? [NO_AUTH] : [NO_AUTH, PASSWORD];
  socket.write(Buffer.from([SOCKS_VERSION, methods.length, ...methods]));
  const [version, method] = await answer(socket, (bytes) => (bytes.length >= 2 ? [...bytes.subarray(0, 2)] : undefined));
  if (version !== SOCKS_VERSION) return isFaulty('not-a-proxy', 'what answers there speaks another language');
  if (method === PASSWORD && user !== '') {
    const [name, secret] = [Buffer.from(user), Buffer.from(password)];
    socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([secret.length]), secret]));
    const status = await answer(socket, (bytes) => (bytes.length >= 2 ? bytes[1] : undefined));
    if (status !== 0) return isFaulty('auth', 'it refuses the credentials');
  } else if (method !== NO_AUTH) return isFaulty('auth', 'it wants credentials');
  return works('it answers; where it comes out is not known without an echo');
}
