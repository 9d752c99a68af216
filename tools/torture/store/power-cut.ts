import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLedger } from './ledger.ts';
import { startWriter } from './mortal-writer.ts';
import { mount, runCommand } from './mount.ts';
import { openPairs } from './open.ts';
import type { Row } from './row.ts';
import type { Kind } from './shape.ts';

const WRITERS = 16;

/**
 * Cuts the power of a disk: the store lives in an ext4 image, the image is copied as the device has it at some moment, and
 * the copy is mounted, which is what the machine would find after the cut.
 */
export const cutPower = async (options: { kind: Kind; directory: string; cuts: number }): Promise<Row> => {
  const { kind, directory, cuts } = options;
  const faults: string[] = [];
  let acknowledged = 0;
  for (let round = 0; round < cuts && faults.length === 0; round += 1) {
    const [image, copy, live, found] = ['image', 'copy', 'live', 'found'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
      string,
    ];
    await mkdir(live, { recursive: true });
    await mkdir(found, { recursive: true });
    await runCommand('truncate', '-s', '96M', image);
    await runCommand('mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
    const ledger = createLedger();
    {
      await using _ = await mount(image, live, '-o', 'loop');
      const writer = startWriter({ kind, directory: join(live, 'store'), writers: WRITERS, ledger });
      await writer.ready;
      await sleep(200 + Math.random() * 1000);
      writer.stop();
      await sleep(50);
      await runCommand('cp', '--sparse=always', image, copy);
      await writer.kill();
      faults.push(...writer.complaints);
    }
    {
      await using _ = await mount(copy, found, '-o', 'loop');
      const store = await openPairs(kind, join(found, 'store'));
      faults.push(...(await ledger.compare(store)));
      await store.close();
    }
    acknowledged += ledger.acknowledged;
    await rm(image);
    await rm(copy);
  }
  if (acknowledged === 0) faults.push('nothing was acknowledged: the test tested nothing');
  return {
    name: `power cut, ${kind}`,
    figure: `${cuts} cuts, ${acknowledged} acknowledged, ${faults[0] ?? '0 lost'}`,
    holds: faults.length === 0,
  };
};
