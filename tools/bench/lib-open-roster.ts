// Opens a roster in a process of its own and says how long that took and how much memory it needs. Arguments: kind of store, folder.
import { openRoster, type Kind } from './lib-roster.ts';

const [kind, directory] = process.argv.slice(2) as [Kind, string];
const began = performance.now();
const store = await openRoster(kind, directory);
const ms = performance.now() - began;
const accounts = await store.count('accounts');
console.log(JSON.stringify({ ms, accounts, megabytes: process.memoryUsage().rss / 1e6 }));
await store.close();
