import { type HttpContext, MusterError } from '@muster/sdk';
import { Account, type Config } from '../schemas.ts';
import { accountJson, fieldsOf, type Problem } from './account-json.ts';
import { invalid, notFound, refusal } from './answers.ts';
import type { ListQuery } from './routes.ts';

type Context<TQuery = unknown> = HttpContext<Config, Account, TQuery>;

/** `POST /create`. */
export async function create(_request: Request, { accounts, body, log, actor }: Context): Promise<Response> {
  const { fields, problems } = fieldsOf(body);
  const parsed = Account.safeParse(fields);
  const wrong: Problem[] = [
    ...problems,
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message })),
  ];
  if (wrong.length > 0) return invalid(wrong);
  try {
    const added = await accounts.add(fields);
    const account = await accounts.edit(added.id, { status: 'created' });
    log(`${account.label} added by ${actor}`);
    return Response.json(accountJson(account), { status: 201 });
  } catch (error) {
    return refusal(error);
  }
}

/** A text as one term of a filter. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, ' ').trim()}"`;

/** `GET /`. */
export async function list(_request: Request, { accounts, query }: Context<ListQuery>): Promise<Response> {
  const { status, bls_status: bls, search, page, limit } = query;
  const offset = query.skip ?? (page - 1) * limit;
  const where = [
    // An account that nothing was done with has no word yet.
    ...(status === undefined ? [] : [status === 'created' ? 'data.blsStatus=not_created !status=inactive' : `status=${status}`]),
    ...(bls === undefined ? [] : [`data.blsStatus=${bls}`]),
    ...(search === undefined || search.trim() === '' ? [] : [quoted(search)]),
  ].join(' ');
  const found = await accounts.list({ where, offset, limit });
  return Response.json({
    total: found.total,
    page: Math.floor(offset / limit) + 1,
    limit,
    skip: offset,
    accounts: found.accounts.map(accountJson),
  });
}

const idOf = ({ params }: Context): string => params['id'] ?? '';

/** `GET /{id}`. */
export async function get(_request: Request, context: Context): Promise<Response> {
  const account = await context.accounts.get(idOf(context));
  return account ? Response.json(accountJson(account)) : notFound(idOf(context));
}

/** `PUT /{id}`: the fields that are given. */
export async function edit(_request: Request, context: Context): Promise<Response> {
  const { accounts, body } = context;
  const known = await accounts.get(idOf(context));
  if (!known) return notFound(idOf(context));
  const { fields, problems } = fieldsOf(body);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  // As it would be afterwards: fields speak of each other.
  const parsed = Account.safeParse({ ...known.data, ...given });
  const wrong: Problem[] = [
    ...problems,
    ...(parsed.error?.issues ?? [])
      .filter(({ path }) => String(path[0]) in given)
      .map(({ path, message }) => ({ path: path.join('.'), message })),
  ];
  if (wrong.length > 0) return invalid(wrong);
  try {
    return Response.json(accountJson(await accounts.edit(known.id, { data: given })));
  } catch (error) {
    return refusal(error);
  }
}

/** `DELETE /{id}`. What was registered at a site stays so, and is remembered. */
export async function remove(_request: Request, context: Context): Promise<Response> {
  const account = await context.accounts.get(idOf(context));
  if (!account) return notFound(idOf(context));
  if (account.state === 'busy' || account.state === 'needs-you')
    throw new MusterError('ACCOUNT_BUSY', `${account.label} is being registered; cancel its job first.`);
  await context.accounts.remove(account.id);
  return Response.json({ message: 'Account deleted successfully', account_id: account.id });
}
