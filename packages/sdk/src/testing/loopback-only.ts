import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Notes every address beyond this machine that a socket of this process tries to reach, while it is watched. */
export function watchOutside(): { readonly reached: readonly string[]; stop(): void } {
  const reached: string[] = [];
  const look = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('lookup', (_error, _address, _family, host) => note(host));
    socket.on('connectionAttempt', note);
  };
  const note = (address: string): void => {
    if (!/^(?:127\.|::1$|::ffff:127\.|localhost$)/.test(address)) reached.push(address);
  };
  subscribe('net.client.socket', look);
  return { reached, stop: () => void unsubscribe('net.client.socket', look) };
}
