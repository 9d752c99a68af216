import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { Store } from '@muster/core';
import { mount } from './mount.ts';
import { openPairs } from './open.ts';
import type { Row } from './row.ts';
import type { Half, Kind } from './shape.ts';

const half = (number: number): Half => ({
  id: `n${number}`,
  key: `n${number}-${'x'.repeat(500)}`,
  writer: number % 7,
  value: number,
});

/** Writes until the disk is full. Returns the number of the first that was refused. */
const fill = async (store: Store, first: number): Promise<number> => {
  for (let number = first; ; number += 1) {
    try {
      await store.commit([{ insert: 'pairs', document: half(number) }]);
    } catch (error) {
      if (error instanceof MusterError && error.code === 'STORE_FAILED') return number;
      throw error;
    }
  }
};

/** Fills a small disk, frees some of it, goes on in the same process, and opens once more. */
export const fillDisk = async (options: { kind: Kind; directory: string; times: number }): Promise<Row> => {
  const { kind, directory, times } = options;
  const faults: string[] = [];
  let written = 0;
  for (let round = 0; round < times; round += 1) {
    const disk = join(directory, 'disk');
    await mkdir(disk, { recursive: true });
    await using _ = await mount('tmpfs', disk, '-t', 'tmpfs', '-o', 'size=12m');
    const filler = await open(join(disk, 'filler'), 'w');
    await filler.write(Buffer.alloc((4 << 20) + Math.floor(Math.random() * (1 << 20))));
    await filler.close();
    const store = await openPairs(kind, join(disk, 'store'));
    const refused = await fill(store, 0);
    if ((await store.count('pairs')) !== refused)
      faults.push(`${await store.count('pairs')} documents after ${refused} were acknowledged`);
    if ((await store.status()).failed === null) faults.push('the status does not say that writing failed');
    await rm(join(disk, 'filler'));
    for (let number = refused; number < refused + 200; number += 1)
      await store.commit([{ insert: 'pairs', document: half(number) }]);
    await store.close();
    const again = await openPairs(kind, join(disk, 'store'));
    const there = await again.count('pairs');
    if (there !== refused + 200) faults.push(`${there} documents are there, ${refused + 200} were acknowledged`);
    await again.close();
    written += there;
  }
  return {
    name: `full disk, ${kind}`,
    figure: `${times} times, ${written} acknowledged, ${faults[0] ?? '0 lost, went on after space was freed'}`,
    holds: faults.length === 0,
  };
};
