import type { IncomingMessage, ServerResponse } from 'node:http';
import { createApplicants, type Applicants } from './applicants.ts';
import { createCaptcha, rightTiles, type Captcha } from './captcha.ts';
import { tilePng } from './tile-png.ts';
import { createChance } from './chance.ts';
import { TEXTS, type Knobs } from './knobs.ts';
import { createMailbox } from './mailbox.ts';
import { captchaPage, errorPage, loginPage, PREFIX, registerPage } from './pages.ts';
import { asset, COUNTRIES, PASSPORT_TYPES } from './site-data.ts';

interface Session {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: number;
  captchaTries: number;
  captchaGood: string | undefined;
  code: { readonly text: string; readonly expiresAt: number; readonly email: string } | undefined;
  securityCode: string | undefined;
}

/** One request, its body read. */
export interface SiteRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: URLSearchParams;
  readonly cookies: string;
}

const json = (response: ServerResponse, body: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const html = (response: ServerResponse, body: string, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);

/** Fields without which the form is refused, in the site's own names. */
const NEEDED = [
  'FirstName',
  'LastName',
  'ServerDateOfBirth',
  'PassportNumber',
  'ServerPassportIssueDate',
  'ServerPassportExpiryDate',
  'IssuePlace',
  'PassportType',
  'BirthCountry',
  'CountryOfResidence',
  'Mobile',
  'Email',
];

/** The site itself: what each path does and remembers. */
export function createSite(knobs: () => Knobs, counters: Record<string, number>) {
  const chance = createChance(knobs().seed);
  const sessions = new Map<string, Session>();
  const captchas = new Map<string, Captcha>();
  const applicants: Applicants = createApplicants();
  const mailbox = createMailbox();
  const otpTricks = new Map<string, { wrong: number; expired: number; lost: number }>();
  const count = (name: string, by = 1): void => void (counters[name] = (counters[name] ?? 0) + by);

  const sessionOf = (request: SiteRequest): Session | undefined => {
    const session = sessions.get(/(?:^|; )visitorId_current=(\w+)/.exec(request.cookies)?.[1] ?? '');
    return session && session.expiresAt > Date.now() ? session : undefined;
  };
  const expired = { success: false, error: TEXTS.sessionExpired, session: true };
  const tricksOf = (email: string): { wrong: number; expired: number; lost: number } => {
    const key = email.toLowerCase();
    const known = otpTricks.get(key) ?? {
      wrong: knobs().otpWrongFirst,
      expired: knobs().otpExpiredFirst,
      lost: knobs().sessionsLostFirst,
    };
    otpTricks.set(key, known);
    return known;
  };

  /** What is wrong with the form itself, in the site's words. */
  const formProblem = (body: URLSearchParams): string | undefined => {
    const lacking = NEEDED.find((name) => (body.get(name) ?? '').trim() === '');
    if (lacking !== undefined) return `The ${lacking} field is required.`;
    const email = body.get('Email') ?? '';
    if (!/^\S+@\S+\.\S+$/.test(email)) return 'The Email field is not a valid e-mail address.';
    if ((body.get('ServerPassportExpiryDate') ?? '') < new Date().toISOString().slice(0, 10))
      return 'The PassportExpiryDate field is invalid.';
    if (applicants.registered(email)) return TEXTS.duplicateEmail;
    if (applicants.passportTaken(body.get('PassportNumber') ?? '', email)) return TEXTS.duplicatePassport;
    return undefined;
  };

  function submitCaptcha(request: SiteRequest, response: ServerResponse): void {
    count('captchas');
    const captcha = captchas.get(request.body.get('Id') ?? '');
    const session = captcha && sessions.get(captcha.session);
    if (!captcha || !session) return json(response, { success: false, error: TEXTS.captchaInvalid, session: true });
    if (session.captchaTries >= knobs().captchaTries)
      return json(response, { success: false, error: TEXTS.captchaExceeded, exceeded: true });
    captchas.delete(captcha.id);
    const chosen = (request.body.get('SelectedImages') ?? '').split(',').map((at) => Number(at) + 1);
    if (chosen.toSorted((a, b) => a - b).join(',') !== rightTiles(captcha).join(',')) {
      session.captchaTries += 1;
      count('captchasWrong');
      applicants.of(captcha.email).captchasWrong += 1;
      const exceeded = session.captchaTries >= knobs().captchaTries;
      return json(response, {
        success: false,
        error: exceeded ? TEXTS.captchaExceeded : TEXTS.captchaWrong,
        ...(exceeded && { exceeded }),
      });
    }
    session.captchaGood = chance.id();
    return json(response, { success: true, captcha: session.captchaGood, captchaId: captcha.id });
  }

  function sendCode(request: SiteRequest, response: ServerResponse): void {
    const session = sessionOf(request);
    if (!session) return json(response, expired);
    if (knobs().captcha && request.body.get('CaptchaData') !== session.captchaGood)
      return json(response, { success: false, error: TEXTS.captchaInvalid, captchaError: true });
    const problem = formProblem(request.body);
    if (problem !== undefined) {
      count('refusedForms');
      return json(response, { success: false, error: problem });
    }
    const email = request.body.get('Email') ?? '';
    const code = chance.code();
    session.code = { text: code, expiresAt: Date.now() + knobs().otpTtlMs, email };
    session.securityCode = chance.id();
    applicants.of(email).codesSent += 1;
    count('codesSent');
    mailbox.send({ to: email, subject: 'Your verification code', code, at: Date.now() });
    // As on the real site: success carries its message in `error`.
    return json(response, {
      success: true,
      error: TEXTS.sent,
      encryptEmail: Buffer.from(email).toString('base64'),
      encryptMobile: Buffer.from(request.body.get('Mobile') ?? '').toString('base64'),
      securityCode: session.securityCode,
    });
  }

  function register(request: SiteRequest, response: ServerResponse): void {
    const email = request.body.get('Email') ?? '';
    const applicant = applicants.of(email);
    applicant.posts += 1;
    count('registerPosts');
    if (applicant.registrations > 0) {
      const repeated = request.body.get('SecurityCode') === applicant.registeredBy;
      applicant[repeated ? 'browserRepeats' : 'doublePosts'] += 1;
      count(repeated ? 'browserRepeats' : 'doublePosts');
    }
    const session = sessionOf(request);
    const tricks = tricksOf(email);
    if (session && tricks.lost > 0) {
      tricks.lost -= 1;
      sessions.delete(session.id);
      return json(response, expired);
    }
    if (!session?.code || request.body.get('SecurityCode') !== session.securityCode) return json(response, expired);
    if (request.body.get('EmailOtp') !== session.code.text || session.code.email !== email)
      return json(response, { success: false, error: TEXTS.otpInvalid });
    if (tricks.wrong > 0) {
      tricks.wrong -= 1;
      return json(response, { success: false, error: TEXTS.otpInvalid });
    }
    if (session.code.expiresAt <= Date.now() || tricks.expired > 0) {
      tricks.expired = Math.max(0, tricks.expired - 1);
      return json(response, { success: false, error: TEXTS.otpExpired });
    }
    const problem = formProblem(request.body);
    if (problem !== undefined) return json(response, { success: false, error: problem });
    applicant.registrations += 1;
    applicant.registeredBy = session.securityCode ?? '';
    applicant.passport = (request.body.get('PassportNumber') ?? '').trim();
    applicant.fields = Object.fromEntries(request.body);
    session.code = undefined;
    count('registered');
    mailbox.send({ to: email, subject: 'Your password', code: chance.code(), at: Date.now() });
    return json(response, { success: true });
  }

  function login(request: SiteRequest, response: ServerResponse): void {
    const email = request.body.get('Email') ?? '';
    count('loginChecks');
    applicants.of(email).loginChecks += 1;
    json(response, applicants.registered(email) ? { success: true } : { success: false, error: TEXTS.noMail });
  }

  function openRegister(response: ServerResponse): void {
    count('pages');
    const session: Session = {
      id: chance.id(),
      token: chance.id(),
      expiresAt: Date.now() + knobs().sessionTtlMs,
      captchaTries: 0,
      captchaGood: undefined,
      code: undefined,
      securityCode: undefined,
    };
    sessions.set(session.id, session);
    const cookies = [
      `visitorId_current=${session.id}; Path=/; HttpOnly`,
      `.AspNetCore.Antiforgery.sim=${session.token}; Path=/; HttpOnly`,
    ];
    response.setHeader('set-cookie', cookies);
    html(response, registerPage(session.token, session.id, knobs()));
  }

  function openCaptcha(request: SiteRequest, response: ServerResponse): void {
    const [id = '', mail = ''] = (request.query.get('data') ?? '').split('.');
    const session = sessions.get(id);
    if (!session) return html(response, errorPage('Session', TEXTS.sessionExpired));
    const captcha = createCaptcha(chance, { session: id, email: Buffer.from(mail, 'base64').toString() });
    captchas.set(captcha.id, captcha);
    html(response, captchaPage(captcha, session.token));
  }

  function tile(request: SiteRequest, response: ServerResponse): void {
    const at = Number(request.query.get('at'));
    const text = captchas.get(request.query.get('id') ?? '')?.numbers[at];
    if (text === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'image/png', 'cache-control': 'no-store' }).end(tilePng(text, at));
  }

  /** Paths are compared without case, as the real site's are. */
  const routes: Readonly<Record<string, (request: SiteRequest, response: ServerResponse) => void>> = {
    'GET /account/registeruser': (_request, response) => openRegister(response),
    'GET /query/getcountrylist': (_request, response) => json(response, COUNTRIES),
    'GET /query/getlovidnamelist': (_request, response) => json(response, PASSPORT_TYPES),
    'GET /captchapublic/generatecaptcha': openCaptcha,
    'GET /captchapublic/tile': tile,
    'POST /captchapublic/submitcaptcha': submitCaptcha,
    'POST /account/sendregisteruserverificationcode': sendCode,
    'POST /account/registeruser': register,
    'GET /account/login': (_request, response) => html(response, loginPage(chance.id(), knobs())),
    'POST /account/loginsubmit': login,
  };

  return {
    applicants,
    mailbox,
    chance,
    /** The captcha that is open for an address, or the newest one, for scripts that stand for a person. */
    tilesFor: (email: string): number[] => {
      const open = [...captchas.values()].findLast(
        (captcha) => email === '' || captcha.email.toLowerCase() === email.toLowerCase(),
      );
      return open ? rightTiles(open) : [];
    },
    isAsset: (path: string): boolean => path.startsWith(`${PREFIX}/assets/`),
    asset,
    /** False when there is no such path. */
    serve(request: SiteRequest, response: ServerResponse): boolean {
      if (!request.path.startsWith(PREFIX)) return false;
      const handler = routes[`${request.method} ${request.path.slice(PREFIX.length).toLowerCase()}`];
      handler?.(request, response);
      return handler !== undefined;
    },
  };
}
export type Site = ReturnType<typeof createSite>;

export async function readRequest(request: IncomingMessage): Promise<SiteRequest> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  let text = '';
  for await (const bytes of request.setEncoding('utf8')) {
    text += bytes as string;
    if (text.length > 200_000) throw new Error('the body is too long');
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: new URLSearchParams(text),
    cookies: request.headers.cookie ?? '',
  };
}
