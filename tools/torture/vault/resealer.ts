// A process that rotates the vault of the folder in its argument and seals every secret anew, for ever, until it is killed.
import { writeSync } from 'node:fs';
import { openHolders } from './secret-holders.ts';

const core = await openHolders(process.argv[2] ?? '');
for (;;) {
  await core.vault.rotate();
  writeSync(1, 'rotated\n');
  await core.accounts.reseal();
  await core.vault.retireKeys();
  writeSync(1, 'resealed\n');
}
