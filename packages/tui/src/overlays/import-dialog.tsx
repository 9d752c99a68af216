import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import type { ImportLine, PluginInfo } from '@muster/api';
import { Dialog, type FormField, formFields, type Spans, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { grouped, plural } from '../parts/format.ts';
import { useStore } from '../parts/use-store.ts';
import type { Shell } from '../shell.ts';
import { messageOf } from '../state/message-of.ts';
import type { Area, Overlay } from '../state/overlays.ts';
import { createStore, type Store } from '../state/store.ts';
import { openForm } from './form-dialog.tsx';

/** Lines of a file shown before it is loaded. */
const SHOWN_LINES = 12;
const WIDTH = 96;

interface Preview {
  readonly state: 'reading' | 'ready' | 'importing' | 'failed';
  readonly lines: readonly ImportLine[];
  readonly counts: Extract<ImportLine, { kind: 'counts' }> | null;
  readonly format: string;
  readonly problem: string;
}

type OnConflict = 'keep' | 'replace';

interface ImportRequest {
  readonly plugin: PluginInfo;
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const PATH_FIELD: FormField = {
  name: 'file',
  type: 'text',
  required: true,
  secret: false,
  description: 'a path on this machine; ~ is your home folder',
  choices: [],
  initial: '',
};

const expandHome = (path: string): string => (path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path);

/** Sends the file and reads the report as it comes. */
async function sendFile(
  shell: Shell,
  { plugin, path, options }: ImportRequest,
  { onConflict, onLine, signal }: { onConflict: OnConflict | undefined; onLine: (line: ImportLine) => void; signal: AbortSignal },
): Promise<void> {
  const dryRun = onConflict === undefined;
  const query = {
    name: basename(path),
    dryRun: dryRun ? 'true' : 'false',
    options: JSON.stringify(options),
    ...(dryRun ? {} : { onConflict }),
  };
  const lines = shell.client.stream(
    'importAccounts',
    { params: { plugin: plugin.id }, query },
    { signal, upload: createReadStream(path) },
  );
  for await (const line of lines) {
    if (line.kind === 'error') throw new Error(line.message);
    onLine(line);
  }
}

/** The same account with another secret than the one that is kept: somebody has to say which counts. */
const isConflict = (line: ImportLine): boolean => line.kind === 'account' && line.outcome === 'kept';

function lineSpans(line: ImportLine): Spans {
  if (line.kind === 'account')
    return [
      { text: `  line ${line.line}`.padEnd(13), tone: 'faint' },
      isConflict(line) ? { text: 'conflict  ', tone: 'warn' } : { text: line.outcome.padEnd(10), tone: 'good' },
      line.label,
      { text: isConflict(line) ? '  another secret than ours' : '', tone: 'faint' },
    ];
  if (line.kind === 'rejected')
    return [{ text: `  line ${line.line}`.padEnd(13), tone: 'faint' }, { text: 'rejected  ', tone: 'bad' }, line.reason];
  if (line.kind === 'warning') return [{ text: '  warning    ', tone: 'warn' }, line.reason];
  return [];
}

/** How many accounts have another secret in the file. */
const conflictsIn = (counts: Preview['counts']): number => counts?.outcomes['kept'] ?? 0;

/** Whether an import would change anything. */
const isWorthwhile = (counts: Preview['counts']): boolean => (counts?.read ?? 0) > 0;

function PreviewView({ request, preview, area }: { request: ImportRequest; preview: Store<Preview>; area: Area }): ReactNode {
  const { state, lines, counts, format, problem } = useStore(preview);
  const width = Math.min(WIDTH, area.width - 2);
  const room = Math.min(SHOWN_LINES, Math.max(3, area.height - 10));
  const outcomes = Object.entries(counts?.outcomes ?? {}).map(([outcome, count]) => `${grouped(count)} ${outcome}`);
  const total =
    counts === null
      ? 'reading …'
      : [`${grouped(counts.read)} read`, ...outcomes, `${grouped(counts.rejected)} rejected`].join(' · ');
  const told: Record<Preview['state'], Spans> = {
    reading: [' reading; nothing is changed'],
    ready: isWorthwhile(counts)
      ? [
          ' nothing is changed yet:  ',
          { text: 'y', tone: 'accent', bold: true },
          conflictsIn(counts) > 0 ? ' keeps ours  ' : ' imports  ',
          ...(conflictsIn(counts) > 0 ? [{ text: 'r', tone: 'accent' as const, bold: true }, ' replaces them  '] : []),
          { text: 'esc', tone: 'accent', bold: true },
          ' leaves',
        ]
      : [' nothing in it can be imported:  ', { text: 'esc', tone: 'accent', bold: true }, ' leaves'],
    importing: [' importing; esc stops it, and what was imported by then stays'],
    failed: [{ text: ` × ${problem}`, tone: 'bad' }],
  };
  const shown = lines.slice(0, room);
  const rows: Spans[] = [
    [` ${request.path}  `, { text: format, tone: 'faint' }],
    [],
    ...Array.from({ length: room }, (_, index) => (shown[index] === undefined ? [] : lineSpans(shown[index]))),
    [{ text: lines.length > room ? `  … first ${room} shown` : '', tone: 'faint' }],
    [` ${total}`],
    [],
    told[state],
  ];
  return (
    <Dialog title={`Import · ${request.plugin.title}`} width={width} height={rows.length + 2} area={area}>
      <Lines lines={rows} width={width - 2} />
    </Dialog>
  );
}

/** What an import would do, and then, after a key of its own, the import. */
function openPreview(shell: Shell, request: ImportRequest): void {
  const stop = new AbortController();
  const preview = createStore<Preview>({ state: 'reading', lines: [], counts: null, format: '', problem: '' });
  const set = (change: Partial<Preview>): void => preview.update((value) => ({ ...value, ...change }));
  // Lines worth a look come first: a file with one bad line in a million shows that line.
  let good: ImportLine[] = [];
  let odd: ImportLine[] = [];
  const onLine = (line: ImportLine): void => {
    if (line.kind === 'counts') set({ counts: line, lines: [...odd, ...good] });
    else if (line.kind === 'file') set({ format: `${line.format}, ${line.encoding}` });
    else {
      const list = line.kind === 'account' && !isConflict(line) ? good : odd;
      if (list.length < SHOWN_LINES) list.push(line);
    }
  };
  /** Without an answer to conflicts it is a dry run. */
  const run = async (onConflict?: OnConflict): Promise<void> => {
    good = [];
    odd = [];
    set({ state: onConflict === undefined ? 'reading' : 'importing', counts: null });
    try {
      await sendFile(shell, request, { onConflict, onLine, signal: stop.signal });
      if (onConflict === undefined) return set({ state: 'ready' });
      shell.overlays.close(overlay);
      const { counts } = preview.get();
      const outcomes = Object.entries(counts?.outcomes ?? {}).map(([outcome, count]) => `${grouped(count)} ${outcome}`);
      shell.notices.say(
        `imported ${basename(request.path)}: ${[...outcomes, `${counts?.rejected ?? 0} rejected`].join(', ')}`,
        'good',
      );
    } catch (thrown) {
      if (!stop.signal.aborted) set({ state: 'failed', problem: messageOf(thrown) });
    }
  };
  const canImport = (): boolean => preview.get().state === 'ready' && isWorthwhile(preview.get().counts);
  const canReplace = (): boolean => canImport() && conflictsIn(preview.get().counts) > 0;
  const overlay: Overlay = {
    crumb: 'import',
    guarded: true,
    hints: () => [
      ...(canImport() ? [['y', 'import'] as const] : []),
      ...(canReplace() ? [['r', 'replace secrets'] as const] : []),
      ['esc', 'leave'],
    ],
    onKey(key) {
      if (key.name === 'esc') {
        stop.abort();
        shell.overlays.close(overlay);
      } else if (key.name === 'y' && canImport()) void run('keep');
      else if (key.name === 'r' && canReplace()) void run('replace');
    },
    spoken() {
      const { state, counts, problem } = preview.get();
      const outcomes = Object.entries(counts?.outcomes ?? {}).map(([outcome, count]) => `${count} ${outcome}`);
      const total = counts === null ? '' : `${counts.read} read, ${[...outcomes, `${counts.rejected} rejected`].join(', ')}.`;
      const told = {
        reading: 'Reading.',
        ready: canReplace()
          ? `${plural(conflictsIn(counts), 'account')} with another secret than ours. y imports and keeps ours, r replaces them, escape leaves.`
          : canImport()
            ? 'y imports, escape leaves.'
            : 'Nothing in it can be imported. Escape leaves.',
        importing: 'Importing.',
        failed: problem,
      }[state];
      return {
        place: `Import of ${basename(request.path)}. Nothing is changed before you say so.`,
        item: `${state === 'ready' ? total : ''} ${told}`,
      };
    },
    view: (area) => <PreviewView request={request} preview={preview} area={area} />,
  };
  shell.overlays.open(overlay);
  void run();
}

/** Asks for the file and the provider's own options; then shows what would happen. */
export function openImport(shell: Shell, plugin: PluginInfo): void {
  const options = formFields(plugin.importOptions).filter((field) => field.name !== PATH_FIELD.name);
  openForm(shell, {
    title: `Import · ${plugin.title}`,
    crumb: 'import',
    intro: 'The file is read here and sent to the host. First comes a preview; nothing is changed before you say so.',
    fields: [PATH_FIELD, ...options],
    submitLabel: 'preview',
    async submit({ file, ...rest }) {
      const path = expandHome(String(file));
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) throw Object.assign(new Error(`there is no file ${path}`), { details: { field: 'file' } });
      openPreview(shell, { plugin, path, options: rest });
    },
    headless: ({ file }) => `muster import ${plugin.id} ${typeof file === 'string' ? file : '<file>'} --dry-run`,
  });
}
