import { ACCOUNT_STATES } from '@muster/sdk';

/** How a field of an account is compared, which decides the operators it takes and how its value is read. */
export type FieldKind =
  /** One word, compared exactly; with `words`, one of these. */
  | { readonly kind: 'word'; readonly path: string; readonly words?: readonly string[] }
  /** `prefix` stands before the value in the record. */
  | { readonly kind: 'holder'; readonly path: string; readonly prefix: string }
  /** A line for people: `:` finds a part of it. */
  | { readonly kind: 'text'; readonly path: string }
  | { readonly kind: 'list'; readonly path: string }
  | { readonly kind: 'number'; readonly path: string }
  /** A time in the past, compared by age. */
  | { readonly kind: 'age'; readonly path: string }
  /** A time to come, compared by how far away it is. */
  | { readonly kind: 'ahead'; readonly path: string }
  /** A plain field of the plugin, of a type not known here. */
  | { readonly kind: 'data'; readonly path: string };

const FIELDS: Readonly<Record<string, FieldKind>> = {
  id: { kind: 'word', path: 'id' },
  provider: { kind: 'word', path: 'plugin' },
  plugin: { kind: 'word', path: 'plugin' },
  state: { kind: 'word', path: 'state', words: ACCOUNT_STATES },
  status: { kind: 'word', path: 'status' },
  label: { kind: 'text', path: 'label' },
  why: { kind: 'text', path: 'why' },
  tag: { kind: 'list', path: 'tags' },
  tags: { kind: 'list', path: 'tags' },
  level: { kind: 'number', path: 'rank' },
  rank: { kind: 'number', path: 'rank' },
  try: { kind: 'number', path: 'tries' },
  tries: { kind: 'number', path: 'tries' },
  uses: { kind: 'number', path: 'uses' },
  priority: { kind: 'number', path: 'priority' },
  used: { kind: 'age', path: 'usedAt' },
  created: { kind: 'age', path: 'createdAt' },
  updated: { kind: 'age', path: 'updatedAt' },
  until: { kind: 'ahead', path: 'dueAt' },
  due: { kind: 'ahead', path: 'dueAt' },
  owner: { kind: 'holder', path: 'lease.holder', prefix: 'owner/' },
  task: { kind: 'holder', path: 'lease.holder', prefix: 'task/' },
  holder: { kind: 'text', path: 'lease.holder' },
};

/** The names a filter may use for any account, besides the fields of its plugin. */
export const ACCOUNT_FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

/** The field of an account record that a filter means by a name. */
export const accountField = (name: string): FieldKind =>
  Object.hasOwn(FIELDS, name)
    ? (FIELDS[name] as FieldKind)
    : { kind: 'data', path: name.startsWith('data.') ? name : `data.${name}` };
