import { safeText } from '@muster/sdk';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { ok, warn, type Finding, type Verdict } from '../doctor/check.ts';
import { checkStatus } from '../doctor/host.ts';
import { checkKey } from '../doctor/key.ts';
import { checkBrowser, checkDirectory, checkDisk, checkNode, checkTerminal } from '../doctor/machine.ts';
import { EXIT } from '../exit-codes.ts';
import { version } from '../own-package.ts';

const VERDICT_WIDTH = 4;
const STYLES: Readonly<Record<Verdict, 'green' | 'yellow' | 'red'>> = { ok: 'green', warn: 'yellow', fail: 'red' };

async function examine(context: Context): Promise<Finding[]> {
  const { directory, env } = context;
  const { isTTY, columns, rows } = process.stdout;
  // Looks, and starts nothing.
  const client = await context.running();
  const host = client
    ? checkStatus(await client.call('getStatus'), version())
    : [ok('host', 'none runs; the next command that needs one starts it')];
  return [
    checkNode(process.version),
    ...checkTerminal({ tty: isTTY, columns, rows, env }),
    await checkDirectory(directory),
    await checkDisk(directory),
    await checkKey(directory, env),
    await checkBrowser(env),
    ...host,
    ...(process.getuid?.() === 0
      ? [warn('user', 'this is root', 'an ordinary user is enough, and keeps the browser sandbox')]
      : []),
  ];
}

async function doctor(context: Context): Promise<void> {
  const { out } = context;
  const findings = await examine(context);
  out.document({ findings });
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, verdict, message, advice } of findings) {
    const head = `${out.paint(STYLES[verdict], verdict.padEnd(VERDICT_WIDTH))}  ${name.padEnd(width)}`;
    out.entry(head, safeText(advice === '' ? message : `${message}: ${advice}`, 1_000), VERDICT_WIDTH + 2 + width);
  }
  if (findings.some(({ verdict }) => verdict === 'fail')) context.exit(EXIT.failed);
}

export function register(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('Checks this machine, the data directory and the host, and says what to do; ends with 1 when something fails.')
    .action(() => doctor(context));
}
