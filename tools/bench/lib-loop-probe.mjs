// Loaded into a program with NODE_OPTIONS=--import: writes down, ten times a second, the longest gap of its event loop
// and the bytes that its terminal has not taken. One line each: time, gap in ms, bytes.
// Time in which the process could have run and had no processor is not the program's, and is taken off.
import { appendFileSync, readFileSync } from 'node:fs';

const file = `${process.env.MUSTER_PROBE}/${process.pid}`;
const waitedMs = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
let last = performance.now();
let waited = waitedMs();
let longest = 0;
let backlog = 0;
setInterval(() => {
  const now = performance.now();
  const waitedNow = waitedMs();
  longest = Math.max(longest, now - last - 5 - (waitedNow - waited));
  last = now;
  waited = waitedNow;
  backlog = Math.max(backlog, process.stdout.writableLength);
}, 5).unref();
setInterval(() => {
  appendFileSync(file, `${Date.now()} ${longest} ${backlog}\n`);
  longest = 0;
  backlog = 0;
}, 100).unref();
