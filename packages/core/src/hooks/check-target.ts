import { MusterError } from '@muster/sdk';
import type { HookTarget } from './hook-record.ts';

const MAX_URL = 2_000;
const MAX_COMMAND = 4_000;
const MAX_PEOPLE = 20;
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[a-z0-9.-]{1,253}$/i;

const bad = (message: string): never => {
  throw new MusterError('BAD_INPUT', message);
};

/** BAD_INPUT for what cannot be told to. */
export function checkTarget(target: HookTarget): HookTarget {
  if (target.kind === 'webhook') {
    const { url } = target;
    if (url.length > MAX_URL || !URL.canParse(url)) bad('url: it is no address.');
    const { protocol, username, password } = new URL(url);
    if (protocol !== 'https:' && protocol !== 'http:') bad('url: it begins with https:// or http://.');
    if (username !== '' || password !== '') bad('url: credentials do not belong there; they would be kept in the open.');
  } else if (target.kind === 'command') {
    const { command } = target;
    if (command.trim() === '' || command.length > MAX_COMMAND || command.includes('\0'))
      bad(`command: from 1 to ${MAX_COMMAND} characters.`);
  } else {
    const { host, port, from, to, user, security } = target;
    if (!/^[a-z0-9.:-]{1,253}$/i.test(host)) bad('host: it is no name of a server.');
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) bad('port: from 1 to 65535.');
    const near = host === 'localhost' || host === '::1' || host.startsWith('127.');
    if (security === 'none' && user !== null && !near)
      bad('security: a password must not go over the network in the open; take tls or starttls.');
    if (!ADDRESS.test(from)) bad('from: it is no mail address.');
    if (to.length === 0 || to.length > MAX_PEOPLE) bad(`to: from 1 to ${MAX_PEOPLE} mail addresses.`);
    for (const each of to) if (!ADDRESS.test(each)) bad('to: one of them is no mail address.');
  }
  return target;
}
