import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from '../store/row.ts';
import { addHolders, openHolders } from './secret-holders.ts';

const RESEALER = fileURLToPath(new URL('resealer.ts', import.meta.url));

/** Kills the resealer a moment after its first rotation; the last that it said. */
const killOne = async (directory: string, lifeMs: number): Promise<string> => {
  const child = spawn(process.execPath, ['--conditions=muster:source', RESEALER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let last = '';
  const rotated = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line;
      if (line === 'rotated') resolve();
    });
    child.on('close', () => resolve());
  });
  await rotated;
  await sleep(lifeMs);
  child.kill('SIGKILL');
  await ended;
  return last;
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
    if ((await killOne(directory, Math.random() * lifeMs)) === 'rotated') halfWay += 1;
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
