import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';

/** `host.json` in the data directory: how to reach the host that owns it. Left behind by a host that was killed. */
export interface HostInfo {
  readonly pid: number;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Path of the unix socket; null for a host that serves only its own process. */
  readonly socket: string | null;
  /** `127.0.0.1:port`, or null. */
  readonly tcp: string | null;
}

export const HOST_INFO_FILE = 'host.json';

const isHostInfo = (value: unknown): value is HostInfo => {
  const info = value as Partial<HostInfo> | null;
  return typeof info?.pid === 'number' && (typeof info.socket === 'string' || info.socket === null);
};

/** `undefined` when no host ever ran there, or the file is damaged. */
export async function readHostInfo(directory: string): Promise<HostInfo | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(directory, HOST_INFO_FILE), 'utf8'));
    return isHostInfo(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The socket of the host that owns a data directory, for `unixFetch`. HOST_GONE when there is none. */
export async function hostSocket(directory: string): Promise<string> {
  const info = await readHostInfo(directory);
  if (info?.socket === undefined)
    throw new ApiError('HOST_GONE', `No host runs on ${directory}. Start one with \`muster serve\`.`);
  if (info.socket !== null) return info.socket;
  throw new ApiError('HOST_GONE', `The host on ${directory} (pid ${info.pid}) runs standalone and serves nobody else.`);
}
