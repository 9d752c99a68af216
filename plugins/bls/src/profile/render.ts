import type { StepOf, Widget } from './site-profile.ts';

type Data = Readonly<Record<string, unknown>>;

/** One thing to do in a page's form. */
export interface FieldWork {
  readonly selector: string;
  readonly kind: 'text' | 'choice' | Widget;
  /** For a widget of days always YYYY-MM-DD: it writes them as it likes. */
  readonly value: string;
  readonly optional: boolean;
}

/** A template with the account's fields in it. A field that the account does not have is the empty text. */
export const render = (template: string, data: Data): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  });

const dayAs = (day: string, format: StepOf<'fill'>['dateFormat']): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return day === '' ? '' : format.replace('YYYY', year).replace('MM', month).replace('DD', date);
};

/** What a fill step comes to for one account. */
export function fieldWork(step: StepOf<'fill'>, data: Data): FieldWork[] {
  const isOptional = (selector: string): boolean => step.optional.includes(selector);
  const of = (
    entries: Readonly<Record<string, string>>,
    kind: FieldWork['kind'],
    shown = (value: string): string => value,
  ): FieldWork[] =>
    Object.entries(entries).map(([selector, template]) => ({
      selector,
      kind: step.widgets[selector] ?? kind,
      value: step.widgets[selector] === undefined ? shown(render(template, data)) : render(template, data),
      optional: isOptional(selector),
    }));
  return [
    ...of(step.values, 'text'),
    ...of(step.dates, 'text', (day) => dayAs(day, step.dateFormat)),
    ...of(step.choices, 'choice'),
  ].filter(({ value, optional }) => value !== '' || !optional);
}
