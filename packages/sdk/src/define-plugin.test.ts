import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { definePlugin } from './define-plugin.ts';
import { secret, secretFields } from './secret.ts';

const account = z.object({ email: z.string(), password: secret(z.string()), level: z.int().default(1) });
const base = { id: 'mail', title: 'Mail', config: z.object({}), account, identity: [['email']] as const };

test('secret fields are found by their mark, also behind optional and default', () => {
  expect(secretFields(account)).toEqual(['password']);
  const wrapped = z.object({
    a: secret(z.string().optional()),
    b: secret(z.string()).optional(),
    c: secret(z.string()).nullable().default(null),
  });
  expect(secretFields(wrapped)).toEqual(['a', 'b', 'c']);
});

test('the label is the first identity unless the plugin says otherwise', () => {
  expect(definePlugin(base).label({ email: 'a@b.example' })).toBe('a@b.example');
  expect(definePlugin({ ...base, label: (data) => `level ${data.level}` }).label({ level: 4 })).toBe('level 4');
});

test.each([
  ['an id that is not kebab-case', { ...base, id: 'My Plugin' }, /"My Plugin" is not a kebab-case id/],
  ['an identity over an unknown field', { ...base, identity: [['name']] as const }, /no field "name"/],
  ['a rank over an unknown field', { ...base, rank: 'class' }, /no field "class"/],
])('refuses %s', (_, definition, message) => {
  expect(() => definePlugin(definition)).toThrow(message);
});

const acting = (input: z.ZodObject) => ({ ...base, actions: { go: { title: 'Go', input, run: async () => {} } } });
const marked = secret(z.string());
test.each([
  ['as an identity', { ...base, identity: [['email'], ['password']] as const }, /"password" is secret/],
  ['as the rank', { ...base, rank: 'password' }, /"password" is secret/],
  ['inside an object', { ...base, account: account.extend({ in: z.object({ a: marked }) }) }, /account\.in holds secret\(\)/],
  ['inside a list', { ...base, account: account.extend({ in: z.array(marked).optional() }) }, /account\.in holds secret\(\)/],
  ['inside a union', { ...base, config: z.object({ in: z.union([z.int(), marked]) }) }, /config\.in holds secret\(\)/],
  ['before a transform', { ...base, config: z.object({ in: marked.transform(Number) }) }, /config\.in holds secret\(\)/],
  ['in an input', acting(z.object({ pin: marked.optional() })), /the input "pin" of "go" is secret/],
  ['below an input', acting(z.object({ in: z.record(z.string(), marked) })), /the input "in" of "go" is secret/],
])('refuses a secret %s: it would not be one', (_, definition, message) => {
  expect(() => definePlugin(definition as typeof base)).toThrow(message);
});

test('a secret may be more than a text, and may be refined after its mark', () => {
  const more = z.object({
    a: secret(z.array(z.object({ b: z.string() }))),
    c: marked.refine((text) => text !== '').describe('C'),
  });
  expect(secretFields(definePlugin({ ...base, config: more }).config)).toEqual(['a', 'c']);
});

test.each(['/v1/accounts', '/healthz', 'account', '/', '/a b', '/a/{}', '/a/*', '/openapi.json'])(
  'refuses the path %s',
  (path) => {
    const routes = { one: { method: 'GET', path, summary: 'One', scopes: ['read'] } } as const;
    const http = { routes, load: async () => ({ default: {} }) };
    expect(() => definePlugin({ ...base, http })).toThrow(/the path/);
  },
);

test('refuses an action that is declared for accounts and for the plugin', () => {
  const run = async (): Promise<void> => {};
  const action = { title: 'Check', input: z.object({}), run };
  expect(() => definePlugin({ ...base, actions: { check: action }, pluginActions: { check: action } })).toThrow(/declared twice/);
});

test.each([
  [{ opensBy: 'open' }, /service.opensBy names "open", which is no action of the plugin/],
  [{ strategyIn: 'order' }, /service.strategyIn names "order", which is no setting/],
])('refuses a service that names what is not there: %o', (names, message) => {
  const service = { ...names, load: async () => ({ default: async () => ({ close: async () => undefined }) }) };
  expect(() => definePlugin({ ...base, service })).toThrow(message);
});

test('a context knows the types of config, account and input', () => {
  const plugin = definePlugin({
    ...base,
    config: z.object({ url: z.string() }),
    actions: {
      check: {
        title: 'Check',
        input: z.object({ folder: z.string() }),
        async run(ctx) {
          expectTypeOf(ctx.config.url).toEqualTypeOf<string>();
          expectTypeOf(ctx.account.data.level).toEqualTypeOf<number>();
          expectTypeOf(ctx.input).toEqualTypeOf<{ folder: string }>();
        },
      },
    },
  });
  expect(Object.keys(plugin.actions)).toEqual(['check']);
});
