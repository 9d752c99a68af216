// A process that rotates the vault of a folder and seals every secret anew, for ever, until it kills itself: so many milliseconds
// after so many writes to the store since its first rotation. Arguments: folder, writes, milliseconds.
import { writeSync } from 'node:fs';
import { openHolders } from './secret-holders.ts';

const [directory = '', writes = '', afterMs = ''] = process.argv.slice(2);
const { vault, accounts, store } = await openHolders(directory);

const die = (): boolean => process.kill(process.pid, 'SIGKILL');
// Its own timer: one of another process comes late on a loaded machine, when all is sealed.
const dieSoon = (): unknown => (Number(afterMs) === 0 ? die() : setTimeout(die, Number(afterMs)));

await vault.rotate();
writeSync(1, 'rotated\n');
let left = Number(writes);
if (left === 0) dieSoon();
store.subscribe(() => {
  left -= 1;
  if (left === 0) dieSoon();
});
for (;;) {
  await accounts.reseal();
  await vault.retireKeys();
  writeSync(1, 'resealed\n');
  await vault.rotate();
  writeSync(1, 'rotated\n');
}
