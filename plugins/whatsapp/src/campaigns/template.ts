import { MusterError } from '@muster/sdk';

const FIELD = /\{\{\s*([\p{L}\p{N}_ -]{1,60}?)\s*(?:\|([^{}]{0,200}))?\}\}/gu;

/** The names that a template asks for. BAD_INPUT for braces that are no field. */
export function templateFields(template: string): string[] {
  const rest = template.replace(FIELD, '');
  if (/\{\{|\}\}/.test(rest))
    throw new MusterError(
      'BAD_INPUT',
      'template: a field is written {{name}}, or {{name|friend}} with a word for where there is none.',
    );
  return [...template.matchAll(FIELD)].map(([, name = '']) => name.toLowerCase());
}

/** The text for one contact. What is missing is the name of the first field that has neither a value nor a default. */
export function renderTemplate(
  template: string,
  fields: Readonly<Record<string, string>>,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const text = template.replace(FIELD, (_whole, name: string, otherwise: string | undefined) => {
    const value = fields[name.toLowerCase()] ?? '';
    if (value !== '') return value;
    if (otherwise === undefined) missing ??= name;
    return otherwise ?? '';
  });
  return missing === undefined ? { text } : { missing };
}
