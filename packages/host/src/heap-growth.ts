import { setFlagsFromString } from 'node:v8';
import type { Store } from '@muster/core';

/**
 * Left alone, V8 lets a busy heap grow to four times of what is needed before it looks what still is: 90 MB in an import. A store that
 * holds no documents in memory leaves the heap so small that looking at twice as much costs next to nothing; a large heap is left to V8.
 */
export async function boundHeapGrowth(store: Pick<Store, 'status'>): Promise<void> {
  const { kind } = await store.status();
  if (kind === 'sqlite') setFlagsFromString('--heap-growing-percent=100');
}
