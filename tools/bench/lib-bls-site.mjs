// The simulator's site in a process of its own: what it uses is nobody else's. Says its address in one line.
import bls from '@muster/plugin-bls';

const simulator = await (await bls.simulator()).default({ knobs: JSON.parse(process.argv[2] ?? '{}') });
console.log(simulator.url);
