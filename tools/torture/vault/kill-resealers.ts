import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Row } from '../store/row.ts';
import { addHolders, openHolders } from './secret-holders.ts';

const RESEALER = fileURLToPath(new URL('resealer.ts', import.meta.url));

interface Death {
  /** Writes to the store between the first rotation and the moment from which `afterMs` counts. */
  readonly writes: number;
  readonly afterMs: number;
}

/** Runs a resealer to its death. Whether that was while it sealed, or just after a rotation. */
const diesHalfWay = async (directory: string, { writes, afterMs }: Death): Promise<boolean> => {
  const child = spawn(process.execPath, ['--conditions=muster:source', RESEALER, directory, `${writes}`, `${afterMs}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal !== 'SIGKILL') throw new Error('The resealer ended before it was killed.');
  return said.endsWith('rotated\n');
};

/** Kills the process that seals secrets anew with -9, again and again; after each, every secret must open. */
export const killResealers = async (options: {
  directory: string;
  kills: number;
  lifeMs: number;
  secrets: number;
}): Promise<Row> => {
  const { directory, kills, lifeMs, secrets } = options;
  const faults: string[] = [];
  let halfWay = 0;
  const first = await openHolders(directory);
  await addHolders(first, secrets);
  await first.stop();
  for (let round = 0; round < kills && faults.length === 0; round += 1) {
    // The first dies between two writes for certain, the others anywhere.
    const death = round === 0 ? { writes: 1, afterMs: 0 } : { writes: round % 2, afterMs: Math.random() * lifeMs };
    if (await diesHalfWay(directory, death)) halfWay += 1;
    const core = await openHolders(directory);
    const checked = await core.accounts.check();
    await core.stop();
    faults.push(...checked.problems);
    if (checked.secrets !== secrets) faults.push(`${checked.secrets} secrets of ${secrets} are left`);
  }
  if (halfWay === 0) faults.push('no kill was half-way: the test tested nothing');
  const figure = `${kills} kills, ${halfWay} of them half-way, ${secrets} secrets, ${faults[0] ?? '0 lost'}`;
  return { name: 'kill -9, sealing every secret anew', figure, holds: faults.length === 0 };
};
