import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { retryLater, type OpenSession } from '@muster/sdk';
import type { z } from 'zod';
import type { WireAccount, WireConfig, WireSession } from './wire-account.ts';

/** Connects, shows what is to be scanned, and says what becomes of the line. */
export const openWireSession: OpenSession<z.output<typeof WireConfig>, z.output<typeof WireAccount>, WireSession> = async (
  context,
) => {
  const { account, signal, report, figures } = context;
  const { name } = account.data;
  const config = context.config();
  let leaveTurn: (() => void) | undefined;
  let codes = 0;
  let closing = false;
  let ended = false;

  const socket = await context.launch(async () => {
    const line = connect({ host: '127.0.0.1', port: config.port });
    await once(line, 'connect', { signal });
    const welcome = await Promise.race([once(line, 'data', { signal }), once(line, 'close', { signal })]);
    if (typeof welcome[0] === 'boolean') throw retryLater('The line was cut before a word was said');
    return line;
  });
  const turnOver = (): void => {
    leaveTurn?.();
    leaveTurn = undefined;
  };
  const end = (): void => {
    ended = true;
    turnOver();
    socket.destroy();
  };
  const show = (text: string): void => {
    codes += 1;
    if (config.parkAfter > 0 && codes > config.parkAfter) {
      end();
      return report({ state: 'needs-operator', status: 'needs-scan', why: 'Nobody scanned the code', ended: true });
    }
    const expiresAt = context.now() + 60_000;
    const kind = context.input['link'] === 'code' ? 'code' : 'qr';
    return report({ state: 'needs-operator', status: 'scan', why: 'Scan the code', challenge: { kind, text, expiresAt } });
  };
  const hear = (line: string): void => {
    if (closing || ended) return;
    const [verb = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    figures({ lastActivityAt: context.now() });
    if (verb === 'ready') {
      turnOver();
      report({ state: 'ready', status: 'online' });
    } else if (verb === 'scan') show(rest);
    else if (verb === 'wobble') report({ state: 'lost', status: 'reconnecting', why: 'The line is weak' });
    else if (verb === 'weighs') figures({ memoryBytes: Number(rest), cpuPercent: 2.5 });
    else if (verb === 'forgotten') {
      end();
      report({ state: 'closed', status: 'logged-out', why: 'Logged out on the phone' });
    }
  };
  createInterface(socket)
    .on('line', hear)
    .on('error', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (closing || ended) return;
    end();
    report({ state: 'lost', why: 'The line was cut', ended: true });
  });
  socket.write(`hello ${name}\n`);
  if (context.input['ask'] === true) {
    leaveTurn = await context.attention();
  }

  return {
    name,
    say: (text) => void socket.write(`say ${text}\n`),
    async close() {
      closing = true;
      turnOver();
      if (socket.destroyed) return;
      const gone = once(socket, 'close');
      socket.write('bye\n');
      await gone;
    },
  };
};
