import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { createVaultHome } from '../testing/vault-things.ts';

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** Changes the vault without end, and says before each change what opens with it, and after it what must open from then on. */
const CHANGER = `
  const { openVault } = await import(${url('open-vault.ts')});
  const { createClock } = await import(${url('../adapters/clock.ts')});
  const { createRandom } = await import(${url('../adapters/random.ts')});
  const vault = await openVault({ directory: process.argv[1], clock: createClock(), random: createRandom(), env: {} });
  const place = { provider: 'mail', accountId: 'a1', field: 'password' };
  const extra = [];
  for (;;) {
    await vault.rotate();
    process.stdout.write(vault.seal('hunter2', place) + '\\n');
    extra.push(await vault.addSlot({ key: Buffer.from(createRandom().bytes(32)).toString('hex') }));
    if (extra.length > 3) await vault.removeSlot(extra.shift());
  }
`;

test('killed at any moment of its changes, the vault opens, and so does every value that it sealed', async () => {
  await using home = await createVaultHome();
  const random = createTestRandom('kills');
  const sealed: string[] = [];
  const seen: number[] = [];
  await home.open();
  for (let round = 0; round < 6; round += 1) {
    const args = ['--conditions=muster:source', '--input-type=module', '-e', CHANGER, home.directory];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const stopAfter = 1 + Math.floor(random.number() * 8);
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      sealed.push(line);
      lines += 1;
      // At some point of the change that follows.
      if (lines === stopAfter) setTimeout(() => child.kill('SIGKILL'), random.number() * 3);
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    seen.push(lines);
    const vault = await home.open();
    const place = { provider: 'mail', accountId: 'a1', field: 'password' };
    for (const value of sealed) expect(vault.open(value, place)).toBe('hunter2');
    expect(vault.status().slots.length).toBeGreaterThanOrEqual(1);
    expect((await readdir(home.directory)).toSorted()).toEqual(['.encryption_key', 'vault.json']);
  }
  expect(Math.min(...seen)).toBeGreaterThan(0);
});
