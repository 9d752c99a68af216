/** One field of a form, as made from a JSON Schema. */
export interface FormField {
  readonly name: string;
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'json';
  readonly required: boolean;
  readonly secret: boolean;
  readonly description: string;
  readonly choices: readonly string[];
  /** The default, as it would be typed. */
  readonly initial: string;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly pattern?: string | undefined;
}

type Schema = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What remains of `anyOf` without null: optional and nullable fields are written so. */
function core(schema: Schema): Schema {
  const variants = schema['anyOf'];
  if (!Array.isArray(variants)) return schema;
  const real = variants.filter((variant): variant is Schema => isObject(variant) && variant['type'] !== 'null');
  return real.length === 1 ? { ...schema, ...real[0] } : schema;
}

function typeOf(schema: Schema): FormField['type'] {
  if (Array.isArray(schema['enum'])) return 'choice';
  const type = Array.isArray(schema['type']) ? schema['type'].find((one) => one !== 'null') : schema['type'];
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  if (type === 'string') return 'text';
  if (type === 'array' && isObject(schema['items']) && schema['items']['type'] === 'string') return 'list';
  return 'json';
}

const asTyped = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value.join(', ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);

/** The fields of a form, in the order of the schema. `values` go before the defaults. */
export function formFields(schema: unknown, values: Readonly<Record<string, unknown>> = {}): FormField[] {
  if (!isObject(schema) || !isObject(schema['properties'])) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(schema['properties']).map(([name, given]) =>
    fieldOf(name, isObject(given) ? core(given) : {}, { required: required.includes(name), values }),
  );
}

interface FieldContext {
  readonly required: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

function fieldOf(name: string, property: Schema, { required, values }: FieldContext): FormField {
  const type = typeOf(property);
  const number = (key: string): number | undefined => (typeof property[key] === 'number' ? property[key] : undefined);
  const fallback = property['default'] ?? (type === 'boolean' ? false : undefined);
  return {
    name,
    type,
    required: required && property['default'] === undefined,
    secret: property['secret'] === true,
    description: typeof property['description'] === 'string' ? property['description'] : '',
    choices: type === 'choice' ? (property['enum'] as unknown[]).map(String) : [],
    initial: asTyped(Object.hasOwn(values, name) ? values[name] : fallback),
    minimum: number('minimum'),
    maximum: number('maximum'),
    minLength: number('minLength'),
    pattern: typeof property['pattern'] === 'string' ? property['pattern'] : undefined,
  };
}

type Parsed = { readonly value: unknown } | { readonly error: string } | undefined;

function parseNumber(field: FormField, text: string): Parsed {
  const value = Number(text);
  if (!Number.isFinite(value)) return { error: 'not a number' };
  if (field.type === 'integer' && !Number.isSafeInteger(value)) return { error: 'a whole number, please' };
  if (field.minimum !== undefined && value < field.minimum) return { error: `at least ${field.minimum}` };
  // zod writes "no limit" as the largest safe integer.
  if (field.maximum !== undefined && value > field.maximum) return { error: `at most ${field.maximum}` };
  return { value };
}

function parseText(field: FormField, text: string): Parsed {
  if (field.minLength !== undefined && Array.from(text).length < field.minLength)
    return { error: `at least ${field.minLength} characters` };
  if (field.pattern !== undefined && !new RegExp(field.pattern, 'u').test(text)) return { error: 'not in the form expected' };
  return { value: text };
}

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: 'not valid JSON' };
  }
}

function parseField(field: FormField, text: string): Parsed {
  if (field.type === 'boolean') return { value: text === 'true' };
  if (text.trim() === '') return field.required ? { error: 'needed' } : undefined;
  switch (field.type) {
    case 'number':
    case 'integer':
      return parseNumber(field, text.trim());
    case 'choice':
      return field.choices.includes(text) ? { value: text } : { error: `one of ${field.choices.join(', ')}` };
    case 'list':
      return {
        value: text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      };
    case 'json':
      return parseJson(text);
    default:
      return parseText(field, text);
  }
}

export interface FormResult {
  readonly values: Readonly<Record<string, unknown>>;
  /** By field name; empty when everything fits. The host checks again, with the whole schema. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What was typed, as values of the schema's types. Fields left empty are left out. */
export function parseForm(fields: readonly FormField[], typed: Readonly<Record<string, string>>): FormResult {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const parsed = parseField(field, typed[field.name] ?? '');
    if (parsed === undefined) continue;
    if ('error' in parsed) errors[field.name] = parsed.error;
    else values[field.name] = parsed.value;
  }
  return { values, errors };
}
