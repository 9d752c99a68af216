import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PluginInfo } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { exitOfImport } from '../exit-codes.ts';
import { plural } from '../print/words.ts';
import { withGlobalOptions } from '../global-options.ts';
import { ImportCollector, type FileReport } from '../run/import-report.ts';
import { askAboutConflicts } from '../run/import-conflicts.ts';
import { createJsonPieces } from '../run/json-pieces.ts';
import { addSchemaFlags, environmentFields } from '../run/schema-flags.ts';
import { upload } from '../run/upload.ts';
import { QUIET_HELP } from '../print/harmless.ts';

interface ImportFlags {
  readonly dryRun?: boolean;
  readonly showSecrets?: boolean;
  readonly onConflict: 'keep' | 'replace' | 'ask';
}

const ownFlags = (command: Command): Command =>
  command
    .option('--dry-run', 'show what would happen, change nothing')
    .option('--show-secrets', 'with --dry-run: secrets in the clear')
    .addOption(
      new Option('--on-conflict <what>', 'where an account is known with another secret')
        .choices(['keep', 'replace', 'ask'])
        .default('keep'),
    );

const WHY: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'you may not read it' };

function unreadable(path: string, cause: unknown): never {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  throw new MusterError('NOT_FOUND', `${safeText(path, 300)} cannot be read: ${WHY[code] ?? message}.`, { cause });
}

async function readable(path: string, cwd: string): Promise<string> {
  if (path === '-') return path;
  const absolute = resolve(cwd, path);
  const facts = await stat(absolute).catch((cause: unknown) => unreadable(path, cause));
  await access(absolute, constants.R_OK).catch((cause: unknown) => unreadable(path, cause));
  if (facts.isDirectory()) throw new MusterError('BAD_REQUEST', `${safeText(path, 300)} is a folder; name the files in it.`);
  return absolute;
}

function optionsCommand(
  context: Context,
  plugin: PluginInfo,
): { readonly command: Command; readonly values: (command: Command) => Record<string, unknown> } {
  const command = withGlobalOptions(new Command(`muster import ${plugin.id}`))
    .description(`Loads accounts of ${plugin.title} from files; "-" reads stdin.`)
    .usage('[flags] <file…>')
    .exitOverride()
    .configureOutput(QUIET_HELP)
    .argument('[file...]');
  ownFlags(command);
  const reserved = new Set(['help', ...command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []))]);
  command.optionsGroup('Plugin:');
  return { command, values: addSchemaFlags(command, plugin.importOptions ?? {}, { reserved, cwd: context.cwd }) };
}

async function load(context: Context, id: string, words: readonly string[]): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const plugin = await client.call('getPlugin', { params: { plugin: id } });
  if (plugin.state !== 'loaded')
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${id} is ${plugin.state}: ${plugin.reason ?? 'no reason given'}.`);
  if (plugin.importOptions === null)
    throw new MusterError('BAD_REQUEST', `The plugin ${id} loads no files; add accounts with \`muster accounts add\`.`);
  const { command, values } = optionsCommand(context, plugin);
  command.parse([...words], { from: 'user' });
  const flags = command.opts<ImportFlags>();
  const options = { ...environmentFields(plugin.importOptions ?? {}, context.env), ...values(command) };
  const { dryRun = false } = flags;
  if (command.args.length === 0) throw new MusterError('BAD_REQUEST', `Name a file: muster import ${id} accounts.csv`);
  if (flags.showSecrets && !dryRun) throw new MusterError('BAD_REQUEST', '--show-secrets is for --dry-run only.');
  if (flags.onConflict === 'ask' && !dryRun && !context.interactive) {
    throw new MusterError('PROMPT_UNATTENDED', '--on-conflict ask needs a terminal; use keep or replace.');
  }
  // All of them before the first is sent: a wrong name among many leaves nothing half done.
  const files = await Promise.all(command.args.map(async (file) => ({ file, path: await readable(file, context.cwd) })));

  // Written as it comes: the accounts of a large file fit into no document that is held whole.
  const document = createJsonPieces((text) => (out.json ? out.raw(text) : undefined));
  let told = 0;
  const tellAccount = (account: Readonly<Record<string, unknown>>): void => {
    if (told > 0) document.text(',');
    told += 1;
    document.value(account);
  };
  const tellFile = ({ format, encoding, rejected: refused, warnings }: FileReport): void => {
    document.text(`"format":${JSON.stringify(format)},"encoding":${JSON.stringify(encoding)},"rejected":`);
    document.list(refused);
    document.text(`,"warnings":${JSON.stringify(warnings)}}`);
  };
  const collector = new ImportCollector(plugin.account ?? {}, {
    dryRun,
    files: files.length,
    keepRefusals: out.json,
    onAccount: dryRun && out.json ? tellAccount : undefined,
    showSecrets: flags.showSecrets === true,
  });
  const totals = new Map<string, number>();
  const count = (outcome: string, by = 1): unknown => totals.set(outcome, (totals.get(outcome) ?? 0) + by);
  let rejected = 0;
  for (const [at, { file, path }] of files.entries()) {
    collector.startFile(file);
    if (dryRun) document.text(`${at === 0 ? '{"files":[' : ','}{"file":${JSON.stringify(file)},"accounts":[`);
    told = 0;
    const lines = upload(client, { plugin: id, path, dryRun, onConflict: flags.onConflict, options }, context.signal);
    let accounts = 0;
    const rejectedBefore = rejected;
    for await (const line of lines) {
      if (line.kind === 'counts') out.progress(`${file}: ${line.read.toLocaleString('en')} read`);
      const outcome = collector.take(line);
      if (line.kind === 'rejected' || outcome?.outcome === 'duplicate') rejected++;
      if (outcome) {
        accounts++;
        count(outcome.outcome);
        if (dryRun) out.line(`${safeText(file)}:${outcome.line}\t${outcome.outcome}\t${safeText(outcome.label)}`);
      } else if (line.kind === 'rejected') out.line(`${safeText(file)}:${line.line}\trejected\t${safeText(line.reason)}`);
      else if (line.kind === 'warning')
        out.warn(`muster: ${safeText(file)}${line.line === undefined ? '' : `:${line.line}`}: ${safeText(line.reason)}`);
    }
    out.clear();
    const read = collector.report().files.at(-1);
    if (dryRun && read) {
      document.text('],');
      tellFile(read);
    }
    const usable = rejected === rejectedBefore ? '' : ' that can be taken';
    if (accounts === 0) out.note(`muster: ${safeText(file)} holds no account${usable}.`);
  }
  const { files: reports, conflicts } = collector.report();
  if (dryRun) {
    document.text('],"conflicts":');
    document.list(conflicts);
    document.text('}');
  } else {
    const outcomes = Object.fromEntries(totals);
    const replaced =
      flags.onConflict === 'ask' ? await askAboutConflicts(context, client, { plugin: id, files, options, conflicts }) : 0;
    document.text(`${JSON.stringify({ outcomes, rejected, replaced }).slice(0, -1)},"files":[`);
    for (const [at, report] of reports.entries()) {
      document.text(`${at === 0 ? '' : ','}{"file":${JSON.stringify(report.file)},`);
      tellFile(report);
    }
    document.text('],"conflicts":');
    document.list(conflicts);
    document.text('}');
  }
  document.end();
  const said = [...totals].map(([outcome, times]) => `${times.toLocaleString('en')} ${outcome}`);
  out.line(
    `${dryRun ? 'Would be' : 'Done'}: ${said.join(', ') || 'no account'}${rejected === 0 ? '' : `; ${plural(rejected, 'line')} rejected`}.`,
  );
  context.exit(exitOfImport({ taken: totals.size > 0, refused: rejected > 0, dryRun }));
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('import')
    .description('Loads accounts from files. The options of the plugin are flags.')
    .usage('<plugin> [flags] <file…>')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[plugin]')
    .addHelpText('after', '\n`muster import <plugin> --help` shows the options of the plugin.');
  command.action(async (plugin: string | undefined) => {
    const help = command.args.some((word) => word === '--help' || word === '-h');
    if (plugin === undefined || plugin.startsWith('-')) {
      ownFlags(command);
      command.help({ error: !help });
    }
    await load(context, plugin as string, command.args.slice(1));
  });
}
