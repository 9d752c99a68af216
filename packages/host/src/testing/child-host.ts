import { runHost } from '../run-host.ts';
import { openTestCore } from './test-core.ts';

// A host as a process of its own: `child-host.ts <directory> [detached] [defect]`.
const [directory = '', ...flags] = process.argv.slice(2);
process.exitCode = await runHost({
  directory,
  version: '1.2.3',
  openCore: openTestCore,
  detached: flags.includes('detached'),
  onReady(host) {
    process.stdout.write(`ready ${host.socket}\n`);
    if (flags.includes('defect')) {
      host.fetch('http://localhost/healthz').then(
        () => {
          throw new Error('nobody caught this');
        },
        () => undefined,
      );
    }
  },
});
process.stdout.write('ended\n');
