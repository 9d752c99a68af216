import { parseArgs } from 'node:util';
import { soak } from './whatsapp.ts';

// `npm run soak -- whatsapp [--minutes 60] [--sessions 5] [--perSecond 1] [--keep n]`: what a long run shows, line by line, and whether it holds.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '5' },
    perSecond: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const numbers = [values.minutes, values.sessions, values.perSecond, values.keep ?? 100].map(Number);
const [minutes = 0, sessions = 0, perSecond = 0, keep = 0] = numbers;
if (
  positionals.length !== 1 ||
  positionals[0] !== 'whatsapp' ||
  !numbers.every((value) => value > 0) ||
  !Number.isInteger(sessions) ||
  sessions < 2 ||
  !Number.isInteger(keep) ||
  keep < 100
) {
  console.error(
    'soak: npm run soak -- whatsapp [--minutes 60] [--sessions 5] [--perSecond 1] [--keep n]; two sessions, 100 kept at least',
  );
  process.exit(2);
}
let holds = true;
for await (const row of soak({ minutes, sessions, perSecond, keep: values.keep === undefined ? undefined : keep })) {
  console.log(JSON.stringify(row));
  holds &&= row.holds;
}
process.exitCode = holds ? 0 : 1;
