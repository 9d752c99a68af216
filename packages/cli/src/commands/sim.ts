import { MusterError, safeText, type Plugin } from '@muster/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { loadPlugin } from '../load-plugin.ts';
import { parseCount } from '../run/windows.ts';

interface SimFlags {
  readonly port: number;
  readonly knob?: Readonly<Record<string, unknown>>;
}

/** `--knob name=value`; a value that is JSON is taken as such. */
function knob(text: string, before: Record<string, unknown> | undefined): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes name=value.');
  const value = text.slice(at + 1);
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // Plain text.
  }
  return { ...before, [text.slice(0, at)]: parsed };
}

async function simulate(context: Context, plugin: Plugin, { port, knob: knobs = {} }: SimFlags): Promise<void> {
  const { out, signal } = context;
  if (plugin.simulator === undefined) throw new MusterError('NOT_FOUND', `The plugin ${plugin.id} has no simulator.`);
  const { default: start } = await plugin.simulator();
  const simulator = await start({ port, knobs });
  try {
    out.document({ url: simulator.url, config: simulator.config });
    out.line(`${safeText(plugin.title)} is simulated at ${simulator.url}`);
    out.line(`Settings that point there: ${JSON.stringify(simulator.config)}`);
    out.note('muster: Ctrl-C ends it.');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    out.note(`muster: it saw ${JSON.stringify(simulator.counters())}`);
  } finally {
    await simulator.close();
  }
}

export function register(program: Command, context: Context): void {
  program
    .command('sim')
    .description("Runs a plugin's simulator on 127.0.0.1, until Ctrl-C.")
    .argument('<plugin>', 'id, or path of a plugin')
    .addOption(new Option('--port <n>', 'default: any free one').argParser(parseCount(0, 65_535)).default(0))
    .addOption(new Option('--knob <name=value>', 'a setting of the simulator (may be repeated)').argParser(knob))
    .action(async (reference: string, flags: SimFlags) => simulate(context, await loadPlugin(context, reference), flags));
}
