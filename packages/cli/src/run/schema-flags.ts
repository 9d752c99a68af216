import { isAbsolute, resolve } from 'node:path';
import { MusterError } from '@muster/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** The part of JSON Schema that flags are made from. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly default?: unknown;
  readonly description?: string;
  readonly title?: string;
  /** Set on a path of the machine: relative ones are made absolute before they are sent. */
  readonly path?: 'read' | 'write';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly secret?: boolean;
  /** Of a secret: the variable of the caller's environment that it is taken from. */
  readonly env?: string;
}

export interface ObjectSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

export interface FlagOptions {
  /** Long flags that the command itself has; a field of the same name gets `--input-` before it. */
  readonly reserved: ReadonlySet<string>;
  /** Relative paths count from here. */
  readonly cwd: string;
}

/** The values that were given, by field name. Read after parsing. */
export type FlagValues = (command: Command) => Record<string, unknown>;

/** `minLevel` as `min-level`. */
export const kebab = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[_\s]+/g, '-')
    .toLowerCase();

/** Takes nullable and optional apart: the schema of what one gives. */
const given = (schema: FieldSchema): FieldSchema => {
  const choices = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return choices.length === 1 ? { ...schema, ...choices[0] } : schema;
};

const typeOf = (schema: FieldSchema): string | undefined =>
  typeof schema.type === 'string' ? schema.type : schema.type?.find((type) => type !== 'null');

function number(text: string, { minimum, maximum }: FieldSchema, whole: boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    throw new InvalidArgumentError(whole ? 'It takes a whole number.' : 'It takes a number.');
  }
  // JSON Schema of whole numbers carries the safe range, which nobody needs to read.
  if (minimum !== undefined && value < minimum) throw new InvalidArgumentError(`It is at least ${minimum}.`);
  if (maximum !== undefined && value > maximum) throw new InvalidArgumentError(`It is at most ${maximum}.`);
  return value;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It takes JSON.');
  }
}

/** Reads the text of one value by its schema. */
function parseValue(schema: FieldSchema, cwd: string): (text: string) => unknown {
  const inner = given(schema);
  const type = typeOf(inner);
  if (type === 'integer' || type === 'number') return (text) => number(text, inner, type === 'integer');
  if (type === 'boolean') {
    return (text) => {
      if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It takes true or false.');
      return text === 'true';
    };
  }
  if (type === 'object' || type === 'array') return json;
  if (inner.path) return (text) => (text === '' || isAbsolute(text) ? text : resolve(cwd, text));
  return (text) => text;
}

const placeholder = (schema: FieldSchema): string => {
  const type = typeOf(schema);
  if (schema.enum) return 'word';
  if (type === 'integer' || type === 'number') return 'n';
  if (type === 'object') return 'json';
  return schema.path ? 'file' : 'text';
};

function describe(schema: FieldSchema): string {
  const range =
    typeOf(schema) === 'string' || schema.minimum === undefined || schema.maximum === undefined || schema.maximum > 1e9
      ? ''
      : ` (${schema.minimum} to ${schema.maximum})`;
  return `${schema.description ?? schema.title ?? ''}${range}`.trim();
}

function optionFor(flag: string, schema: FieldSchema, cwd: string): Option {
  const inner = given(schema);
  if (typeOf(inner) === 'array') {
    const item = inner.items ?? {};
    const parse = parseValue(item, cwd);
    return new Option(`--${flag} <${placeholder(item)}>`, `${describe(inner)} (may be repeated)`.trim()).argParser(
      (text: string, before: unknown) => [...(Array.isArray(before) ? (before as unknown[]) : []), parse(text)],
    );
  }
  const option = new Option(`--${flag} <${placeholder(inner)}>`, describe(inner));
  if (inner.enum?.every((value) => typeof value === 'string')) return option.choices(inner.enum);
  return option.argParser(parseValue(schema, cwd));
}

/** Adds a flag for each field of an input schema. Secret fields get none: what is on a command line, others can read. */
export function addSchemaFlags(command: Command, schema: ObjectSchema, { reserved, cwd }: FlagOptions): FlagValues {
  const attributes = new Map<string, string>();
  const needed: Option[] = [];
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.secret) continue;
    const flag = reserved.has(kebab(name)) ? `input-${kebab(name)}` : kebab(name);
    const required = schema.required?.includes(name) === true && field.default === undefined;
    if (typeOf(given(field)) === 'boolean') {
      const option = new Option(`--${flag}`, describe(field));
      command.addOption(option);
      if (field.default === true) command.addOption(new Option(`--no-${flag}`, `not: ${describe(field)}`));
      attributes.set(name, option.attributeName());
      continue;
    }
    const option = optionFor(flag, field, cwd);
    // For the help only: the host fills defaults in.
    if (field.default !== undefined) option.description += ` (default: ${JSON.stringify(field.default)})`;
    command.addOption(option);
    // Looked at when the values are read: a misspelt flag is the better thing to complain of first.
    if (required) needed.push(option);
    attributes.set(name, option.attributeName());
  }
  return (parsed) => {
    const missing = needed.filter((option) => parsed.getOptionValueSource(option.attributeName()) !== 'cli');
    if (missing.length > 0) {
      throw new MusterError('BAD_REQUEST', `Needed and not given: ${missing.map(({ flags }) => flags).join(', ')}.`);
    }
    const values = parsed.opts<Record<string, unknown>>();
    const entries = [...attributes].flatMap(([name, attribute]) => {
      const given = parsed.getOptionValueSource(attribute) === 'cli';
      return given ? [[name, values[attribute]] as const] : [];
    });
    return Object.fromEntries(entries);
  };
}

/** Secret fields that name a variable, from the environment of whoever runs the command. */
export function environmentFields(
  schema: ObjectSchema,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const found = Object.entries(schema.properties ?? {}).flatMap(([name, { secret = false, env }]) => {
    const value = secret && env !== undefined ? environment[env] : undefined;
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

export interface AssignmentOptions {
  /** Relative paths count from here. */
  readonly cwd: string;
  /** `null` fits every field, and not only one that may be null. */
  readonly anyNull?: boolean;
}

/** `field=value` words, read by the schema: `level=31 email=null`. */
export function parseAssignments(
  words: readonly string[],
  schema: ObjectSchema,
  { cwd, anyNull = false }: AssignmentOptions,
): Record<string, unknown> {
  const fields = schema.properties ?? {};
  const entries = words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new MusterError('BAD_REQUEST', `"${word}" is not of the form field=value.`);
    const name = word.slice(0, at);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      throw new MusterError('BAD_REQUEST', `There is no field "${name}"; there are: ${Object.keys(fields).join(', ')}.`);
    }
    if (field.secret && !(anyNull && word.slice(at + 1) === 'null')) {
      throw new MusterError(
        'BAD_REQUEST',
        `"${name}" is secret: others can read a command line. Be asked for it (see --help), or use --secrets-stdin.`,
      );
    }
    const text = word.slice(at + 1);
    const nullable = anyNull || field.anyOf?.some(({ type }) => type === 'null') === true;
    if (text === 'null' && nullable) return [name, null] as const;
    try {
      return [name, parseValue(field, cwd)(text)] as const;
    } catch (thrown) {
      if (thrown instanceof InvalidArgumentError) throw new MusterError('BAD_REQUEST', `${name}=${text}: ${thrown.message}`);
      throw thrown;
    }
  });
  return Object.fromEntries(entries);
}
