import {
  Dialog,
  edit,
  editOf,
  fieldLines,
  type FieldState,
  Form,
  type FormField,
  parseForm,
  type Spans,
  wrap,
  Lines,
} from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { useStore } from '../parts/use-store.ts';
import type { Shell } from '../shell.ts';
import { messageOf } from '../state/message-of.ts';
import type { Area, Overlay } from '../state/overlays.ts';
import { createStore, type Store } from '../state/store.ts';
import type { Key } from '../terminal/key.ts';

export interface FormDialogOptions {
  readonly title: string;
  readonly crumb: string;
  readonly intro?: string;
  readonly fields: readonly FormField[];
  readonly submitLabel: string;
  /** The work. What it throws is shown in the form, and the form stays open. */
  readonly submit: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Another way on with the same values, by a key of its own: what is typed is checked first, and the form closes. */
  readonly other?: { readonly key: string; readonly does: string; run(values: Readonly<Record<string, unknown>>): void };
  /** The same in a script, for the values as they are. */
  readonly headless?: (values: Readonly<Record<string, unknown>>) => string;
}

interface FormState {
  readonly fields: readonly FieldState[];
  readonly focus: number;
  readonly problem: string;
  readonly busy: boolean;
}

const WIDTH = 76;

const typedOf = (fields: readonly FieldState[]): Record<string, string> =>
  Object.fromEntries(fields.map(({ field, edit: { text } }) => [field.name, text]));

function withErrors(fields: readonly FieldState[], errors: Readonly<Record<string, string>>): FieldState[] {
  return fields.map(({ field, edit: typed }) => {
    const error = errors[field.name];
    return error === undefined ? { field, edit: typed } : { field, edit: typed, error };
  });
}

/** The field that a host's refusal is about: it names it in `details.field`, or at the start of `details.path`. */
function fieldOfError(thrown: unknown, names: readonly string[]): string | undefined {
  const details = (thrown as { details?: Record<string, unknown> }).details ?? {};
  const given = [details['field'], details['path']].flat().find((value) => typeof value === 'string');
  if (typeof given === 'string' && names.includes(given)) return given;
  const message = thrown instanceof Error ? thrown.message : '';
  return names.find((name) => message.startsWith(`${name}:`) || message.includes(`"${name}"`));
}

/** The field after a key, for the kinds that are not typed. */
function changeField(state: FieldState, key: Key): FieldState {
  const { field } = state;
  if (field.type === 'boolean' && key.name === 'space')
    return { field, edit: editOf(state.edit.text === 'true' ? 'false' : 'true') };
  if (field.type === 'choice' && ['left', 'right', 'space'].includes(key.name)) {
    const all = field.required ? field.choices : ['', ...field.choices];
    const step = key.name === 'left' ? -1 : 1;
    const at = all.indexOf(state.edit.text);
    return { field, edit: editOf(all[(at + step + all.length) % all.length] ?? '') };
  }
  if (field.type === 'boolean' || field.type === 'choice') return state;
  const next = edit(state.edit, key);
  return next === undefined ? state : { field, edit: next };
}

/** Whole: half a command is of no use. */
const scriptLines = (script: string, width: number): Spans[] =>
  wrap(`same in a script: ${script}`, width)
    .slice(0, 4)
    .map((line, index): Spans =>
      index === 0 ? [{ text: ' same in a script: ', tone: 'faint' }, line.slice('same in a script: '.length)] : [`   ${line}`],
    );

const otherText = ({ other }: FormDialogOptions): string => (other === undefined ? '' : ` · ${other.key}: ${other.does}`);

interface ViewProps {
  readonly options: FormDialogOptions;
  readonly state: Store<FormState>;
  readonly area: Area;
}
function FormView({ options, state, area }: ViewProps): ReactNode {
  const { fields, focus, problem, busy } = useStore(state);
  const width = Math.min(WIDTH, area.width - 2);
  const intro = options.intro === undefined ? [] : wrap(options.intro, width - 4);
  const script = options.headless?.(parseForm(options.fields, typedOf(fields)).values);
  const below: Spans[] = [
    ...wrap(problem, width - 4)
      .slice(0, 4)
      .map((text): Spans => [{ text: ` ${text}`, tone: 'bad' }]),
    [{ text: busy ? ' …' : ` ⏎ on the last field, or ctrl-d: ${options.submitLabel}${otherText(options)}`, tone: 'faint' }],
    ...(script === undefined ? [] : scriptLines(script, width - 4)),
  ];
  const room = area.height - 4 - intro.length - below.length;
  // Room for the longest of what stands below a field: the dialog keeps its size while one goes through it.
  const deepest = Math.max(...fields.map((field) => fieldLines(field, true, width - 2).length - 1));
  const formHeight = Math.max(1, Math.min(fields.length + fields.filter((field) => field.error).length + deepest, room));
  const above: Spans[] = [...intro.map((text): Spans => [{ text: ` ${text}`, tone: 'faint' }]), []];
  return (
    <Dialog title={options.title} width={width} height={formHeight + above.length + below.length + 3} area={area}>
      <Lines lines={above} width={width - 2} />
      <Form fields={fields} focus={focus} width={width - 2} height={formHeight} />
      <Lines lines={[[], ...below]} width={width - 2} />
    </Dialog>
  );
}

/** A form made from a schema. Checks what it can by itself, and shows what the host refuses at the field it is about. */
export function openForm(shell: Shell, options: FormDialogOptions): void {
  const state = createStore<FormState>({
    fields: options.fields.map((field) => ({ field, edit: editOf(field.initial) })),
    focus: 0,
    problem: '',
    busy: false,
  });
  const set = (change: Partial<FormState>): void => state.update((value) => ({ ...value, ...change }));
  const last = options.fields.length - 1;

  const refuse = (errors: Readonly<Record<string, string>>, problem: string): void => {
    const first = options.fields.findIndex((field) => errors[field.name] !== undefined);
    set({ fields: withErrors(state.get().fields, errors), problem, busy: false, ...(first < 0 ? {} : { focus: first }) });
  };
  const submit = async (work: (values: Readonly<Record<string, unknown>>) => Promise<void>): Promise<void> => {
    const { fields, busy } = state.get();
    if (busy) return;
    const { values, errors } = parseForm(options.fields, typedOf(fields));
    if (Object.keys(errors).length > 0) return refuse(errors, '');
    set({ busy: true, problem: '' });
    try {
      await work(values);
      shell.overlays.close(overlay);
    } catch (thrown) {
      const message = messageOf(thrown);
      const name = fieldOfError(
        thrown,
        options.fields.map((field) => field.name),
      );
      refuse(name === undefined ? {} : { [name]: message }, name === undefined ? message : '');
    }
  };
  const onKey = (key: Key): void => {
    const { fields, focus } = state.get();
    if (key.name === 'esc') return shell.overlays.close(overlay);
    if (key.name === 'ctrl-d' || (key.name === 'enter' && focus >= last)) return void submit(options.submit);
    if (key.name === options.other?.key) return void submit(async (values) => options.other?.run(values));
    if (key.name === 'enter' || key.name === 'tab' || key.name === 'down') return set({ focus: Math.min(last, focus + 1) });
    if (key.name === 'shift-tab' || key.name === 'up') return set({ focus: Math.max(0, focus - 1) });
    set({ fields: fields.map((field, index) => (index === focus ? changeField(field, key) : field)) });
  };
  const overlay: Overlay = {
    crumb: options.crumb,
    guarded: false,
    hints: () => [
      ['tab', 'next'],
      ['enter', `next, at the end: ${options.submitLabel}`],
      ['ctrl-d', options.submitLabel],
      ...(options.other === undefined ? [] : [[options.other.key, options.other.does] as const]),
      ['esc', 'leave'],
    ],
    onKey,
    spoken() {
      const { fields, focus, problem, busy } = state.get();
      const field = fields[focus];
      const place = `${options.title}. ${options.intro ?? ''} Tab goes on, enter at the end or control D: ${options.submitLabel}, escape leaves.`;
      if (field === undefined) return { place };
      const { name, required, description, choices, secret, type } = field.field;
      const about = [
        `${name}${required ? ', needed' : ''}`,
        description,
        choices.length > 0 ? `one of ${choices.join(', ')}, arrows change it` : '',
        type === 'boolean' ? 'space changes it' : '',
        field.error === undefined ? '' : `wrong: ${field.error}`,
        problem,
        busy ? 'working' : '',
      ];
      return {
        place,
        item: `${about.filter(Boolean).join('. ')}. Field ${focus + 1} of ${fields.length}.`,
        typed: { label: name, text: field.edit.text, secret },
      };
    },
    view: (area) => <FormView options={options} state={state} area={area} />,
  };
  shell.overlays.open(overlay);
}
