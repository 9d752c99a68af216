// Loaded into a program with NODE_OPTIONS=--import: writes down, ten times a second, the longest gap of its event loop
// and the bytes that its terminal has not taken. One line each: time, gap in ms, bytes.
import { appendFileSync } from 'node:fs';

const file = `${process.env.MUSTER_PROBE}/${process.pid}`;
let last = performance.now();
let longest = 0;
let backlog = 0;
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - 5);
  last = now;
  backlog = Math.max(backlog, process.stdout.writableLength);
}, 5).unref();
setInterval(() => {
  appendFileSync(file, `${Date.now()} ${longest} ${backlog}\n`);
  longest = 0;
  backlog = 0;
}, 100).unref();
