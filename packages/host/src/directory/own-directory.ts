import { readHostInfo, type HostInfo } from '@muster/api';
import { MusterError } from '@muster/sdk';
import { prepareDataDirectory } from './data-directory.ts';
import { removeHostInfo, writeHostInfo } from './host-info-file.ts';
import { takeHostLock } from './host-lock.ts';

export interface OwnedDirectory {
  /** Real and absolute. */
  readonly path: string;
  announce(info: HostInfo): Promise<void>;
  /** Last of all: from then on another host may start. */
  release(): Promise<void>;
}

/** The holder writes `host.json` just after it took the lock; in that moment it may still name the one before. */
async function refuse(path: string): Promise<never> {
  const info = await readHostInfo(path);
  const who = info ? `Another host (pid ${info.pid})` : 'Another host, which is just starting,';
  const attach = info?.socket === null ? 'It runs standalone: leave it first' : `Attach to it with: muster --data '${path}'`;
  throw new MusterError('HOST_RUNS', `${who} owns ${path}. ${attach}, or end it with: muster stop --data '${path}'`, {
    details: { directory: path, ...(info ? { pid: info.pid, socket: info.socket } : {}) },
  });
}

/** Becomes the one owner of a data directory. HOST_RUNS when there is one already, DATA_DIR when it cannot be used. */
export async function ownDirectory(directory: string): Promise<OwnedDirectory> {
  const path = await prepareDataDirectory(directory);
  const free = takeHostLock(path) ?? (await refuse(path));
  return {
    path,
    announce: (info) => writeHostInfo(path, info),
    async release() {
      await removeHostInfo(path).catch(() => undefined);
      free();
    },
  };
}
