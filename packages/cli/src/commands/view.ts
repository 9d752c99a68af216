import type { Client, ViewContent } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { InvalidArgumentError, type Command } from 'commander';
import type { Context } from '../context.ts';
import { nearest } from '../nearest.ts';
import { printView } from '../view/print-view.ts';

const EVERY_MS = 2_000;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

interface ViewFlags {
  readonly param: Readonly<Record<string, string>>;
  readonly watch?: boolean;
}

const parameter = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const [, name, value] = /^([a-z][\w-]*)=(.*)$/is.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It takes name=value.');
  if (name === 'account') throw new InvalidArgumentError('The account is named behind the view.');
  return { ...before, [name]: value };
};

async function findView(client: Client, reference: string): Promise<{ plugin: string; view: string }> {
  const [, plugin, view] = /^([^.]+)\.([^.]+)$/.exec(reference) ?? [];
  if (plugin !== undefined && view !== undefined) return { plugin, view };
  const plugins = await client.call('listPlugins');
  const known = plugins.flatMap(({ id, views }) => views.map(({ name }) => `${id}.${name}`));
  const near = nearest(reference, known);
  const hint = near === undefined ? `There are: ${known.join(', ') || 'none'}.` : `Did you mean ${near}?`;
  throw new MusterError('BAD_REQUEST', `A view is named like plugin.view, not "${safeText(reference)}". ${hint}`);
}

/** Waits, or until the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

async function show(context: Context, reference: string, account: string | undefined, flags: ViewFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const params = await findView(client, reference);
  const query = { ...flags.param, ...(account === undefined ? {} : { account }) };
  const read = (): Promise<ViewContent> => client.call('readView', { params, query }, signal);
  do {
    const content = await read();
    if (flags.watch === true && out.tty && !out.json) out.raw(CLEAR_SCREEN);
    out.document(content);
    printView(out, content);
    if (flags.watch !== true) return;
    if (!out.tty && !out.json) out.line('');
    await pause(EVERY_MS, signal);
  } while (!signal.aborted);
}

async function list(context: Context): Promise<void> {
  const { out } = context;
  const plugins = await (await context.client()).call('listPlugins');
  const views = plugins.flatMap(({ id, views: own }) => own.map((view) => ({ plugin: id, ...view })));
  out.document({ views });
  out.table(
    [
      { title: 'VIEW', value: ({ plugin, name }) => `${plugin}.${name}` },
      { title: 'ABOUT', value: ({ about }) => about },
      { title: 'TITLE', value: ({ title }) => title, flexible: true },
    ],
    views,
  );
  if (views.length === 0) out.note('No plugin has a view.');
}

export function register(program: Command, context: Context): void {
  program
    .command('view')
    .description('Prints a page of a plugin: figures, lists, conversations. Without a name, says which there are.')
    .argument('[plugin.view]')
    .argument('[account]', 'by id or label, for a view of an account')
    .option('--param <name=value...>', 'what the view takes', parameter, {})
    .option('--watch', 'print it again every two seconds')
    .action((reference: string | undefined, account: string | undefined, flags: ViewFlags) =>
      reference === undefined ? list(context) : show(context, reference, account, flags),
    );
}
