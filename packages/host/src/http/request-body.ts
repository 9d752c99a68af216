import { MusterError, readBody } from '@muster/sdk';

/** A selection may name 100,000 accounts; nothing else comes near. */
const LARGEST_BODY = 4 * 1024 * 1024;

const tooLarge = (): MusterError => new MusterError('TOO_LARGE', `The body is larger than ${LARGEST_BODY / 1024 / 1024} MiB.`);

const typeOf = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The media types that a page of another origin can send without asking are not taken. */
function requireType(request: Request, expected: string): void {
  const type = typeOf(request);
  if (type !== expected) {
    throw new MusterError('WRONG_TYPE', `The content-type must be ${expected}, not "${type}".`);
  }
}

/** The JSON of a request; `{}` when it has no body. With `anyType`, whatever its type says. BAD_REQUEST, TOO_LARGE. */
export async function readJsonBody(request: Request, options: { readonly anyType?: true } = {}): Promise<unknown> {
  if (!request.body) return {};
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST_BODY) throw tooLarge();
  const bytes = await readBody(request, LARGEST_BODY);
  if (!bytes) throw tooLarge();
  if (bytes.length === 0) return {};
  if (!options.anyType) requireType(request, 'application/json');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw new MusterError('BAD_REQUEST', `The body is not JSON: ${(thrown as Error).message}.`, { cause: thrown });
  }
}

/**
 * The file in a request, in pieces as they come. Who stops in its middle does not cancel the rest: that would cut the connection, and the
 * answer with it. The server lets go of what is still to come once the answer is out.
 */
export function readUpload(request: Request): AsyncIterable<Uint8Array> {
  requireType(request, 'application/octet-stream');
  const { body } = request;
  return body === null
    ? ReadableStream.from<Uint8Array>([])
    : { [Symbol.asyncIterator]: () => body.values({ preventCancel: true }) };
}
