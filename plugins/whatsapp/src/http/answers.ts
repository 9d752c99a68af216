import { httpStatusOf, readBody, toMusterError } from '@muster/sdk';

export const answer = (body: Readonly<Record<string, unknown>>, status = 200): Response =>
  Response.json({ success: true, ...body }, { status });

export const refusal = (status: number, error: string, more: Readonly<Record<string, unknown>> = {}): Response =>
  Response.json({ success: false, error, ...more }, { status });

const STATUS_OF: Readonly<Record<string, number>> = { BAD_INPUT: 400, NOT_SENT: 422, SEND_UNCERTAIN: 502 };

/** Answers as these paths do, also where something is refused: `{success: false, error}`. */
export async function answered(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = toMusterError(thrown);
    return refusal(STATUS_OF[code] ?? httpStatusOf(code), message, { code });
  }
}

const MAX_BODY = 256 * 1_024;

/** The body as an object; an empty one for none. Undefined when it is something else. */
export async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = (await readBody(request, MAX_BODY))?.toString();
  if (text === undefined) return undefined;
  try {
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
