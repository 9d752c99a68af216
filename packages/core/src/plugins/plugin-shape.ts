type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isSchema = (value: unknown): boolean =>
  isObject(value) && typeof value['safeParse'] === 'function' && isObject(value['shape']);

/** Why a module's default export is not a plugin; undefined when it is one. */
export function pluginFault(value: unknown): string | undefined {
  if (value === undefined) return 'the module has no default export; export default definePlugin({…})';
  if (!isObject(value)) return `the default export is a ${typeof value}, not what definePlugin returns`;
  if (typeof value['id'] !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(value['id'])) return 'it has no kebab-case id';
  if (typeof value['title'] !== 'string') return 'it has no title';
  if (!isSchema(value['config'])) return 'its config is not a zod object';
  if (!isSchema(value['account'])) return 'its account is not a zod object';
  const identity: unknown = value['identity'];
  if (!Array.isArray(identity) || identity.length === 0 || !identity.every((fields) => Array.isArray(fields)))
    return 'its identity is not a list of field lists';
  if (typeof value['label'] !== 'function') return 'it was not made by definePlugin';
  for (const part of ['statuses', 'actions', 'pluginActions', 'exports'])
    if (!isObject(value[part])) return `it has no ${part}; make it with definePlugin`;
  return undefined;
}
