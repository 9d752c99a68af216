import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { StandInService } from './service.ts';

const Wid = z.string().regex(/^\d{5,15}@(?:c\.us|lid)$/, 'a number with @c.us');
const Group = z.string().regex(/^[\d-]{5,40}@g\.us$/, 'the id of a group, as 120363000000000001@g.us');
const phone = { wid: Wid, lid: Wid.optional(), pushname: z.string().max(100).optional() };

/** What a person at a phone, and the network, can do. `POST /<name>` with these fields as JSON. */
const CONTROLS = {
  scan: z.strictObject({ qr: z.string(), ...phone }),
  'enter-code': z.strictObject({ code: z.string(), ...phone }),
  unlink: z.strictObject({ wid: Wid }),
  incoming: z.strictObject({
    to: Wid,
    from: Wid,
    body: z.string().max(65_536),
    group: Group.optional(),
    file: z.strictObject({ name: z.string().max(300).optional(), mimetype: z.string().max(100), bytes: z.base64() }).optional(),
  }),
  group: z.strictObject({
    id: Group,
    subject: z.string().max(100),
    members: z.array(Wid).min(1),
    announce: z.boolean().default(false),
  }),
  vote: z.strictObject({ poll: z.string(), from: Wid, options: z.array(z.string()) }),
  state: z.strictObject({ wid: Wid, state: z.string() }),
  hang: z.strictObject({ wid: Wid, ms: z.int().min(0) }),
  reload: z.strictObject({ wid: Wid }),
  drop: z.strictObject({ wid: Wid.optional(), ms: z.int().min(0).optional() }),
  register: z.strictObject({ wid: Wid, lid: Wid.optional() }),
  read: z.strictObject({ id: z.string() }),
  stats: z.strictObject({}),
} as const;

const MAX_BODY = 32 * 1_048_576;

/** 200 with what came of it; 404 for an unknown name, 422 for fields that do not fit, 409 for what cannot be done now. */
export const answerControl =
  (service: StandInService): RequestListener =>
  (request, response) =>
    void answer(service, request, response);

async function answer(service: StandInService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const say = (status: number, body: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    const name = (request.url ?? '/').slice(1);
    if (request.method !== 'POST' || !Object.hasOwn(CONTROLS, name))
      return say(404, { error: `POST one of /${Object.keys(CONTROLS).join(' /')}` });
    const fields = CONTROLS[name as keyof typeof CONTROLS].safeParse(await readJson(request));
    if (!fields.success) return say(422, { error: z.prettifyError(fields.error) });
    say(200, control(service, name as keyof typeof CONTROLS, fields.data as never));
  } catch (error) {
    if (!response.headersSent) say(409, { error: error instanceof Error ? error.message : String(error) });
  }
}

function control(service: StandInService, name: keyof typeof CONTROLS, fields: Record<string, never>): unknown {
  const { devices } = service;
  switch (name) {
    case 'scan':
      return (service.scan(fields['qr'] as never, fields as never), {});
    case 'enter-code':
      return (service.enterCode(fields['code'] as never, fields as never), {});
    case 'unlink':
      return { devices: service.unlink(fields['wid'] as never) };
    case 'incoming':
      return { id: service.incoming(fields as never) };
    case 'drop':
      return (service.drop(fields), {});
    case 'register':
      return (service.register(fields['wid'] as never, fields['lid']), {});
    case 'group':
      return (service.setGroup(fields as never), {});
    case 'vote':
      return (service.vote(fields as never), {});
    case 'read':
      return (service.read(fields['id'] as never), {});
    case 'stats':
      return { lines: devices.lines.size, linked: devices.linked, sent: service.sent.length, ...service.counters };
    default:
      return { heard: devices.tell(fields['wid'] as never, { ...(fields as object), type: name }) };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const bytes of request.setEncoding('utf8')) {
    text += bytes as string;
    if (text.length > MAX_BODY) throw new Error('the body is too long');
  }
  return text === '' ? {} : (JSON.parse(text) as unknown);
}
