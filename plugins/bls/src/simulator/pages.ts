import type { Captcha } from './captcha.ts';
import type { Knobs } from './knobs.ts';
import { KENDO_SCRIPT } from './kendo-script.ts';
import { CAPTCHA_SCRIPT, LOGIN_SCRIPT, REGISTER_SCRIPT } from './page-scripts.ts';

export const PREFIX = '/dza';

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);

const ASSETS_HEAD = `<link rel=stylesheet href=${PREFIX}/assets/site.css><script src=${PREFIX}/assets/site.js></script>`;
const ASSETS_BODY = ['logo.png', 'p1.jpg', 'p2.jpg', 'p3.jpg', 'p4.jpg']
  .map((name) => `<img alt="" src=${PREFIX}/assets/${name} width=50 height=50>`)
  .join('');

/** Leaves out the elements whose ids the knob names, as if the site had changed. */
function without(html: string, hide: readonly string[]): string {
  return hide.reduce(
    (text, id) => text.replaceAll(`id=${id} `, `id=changed-${id} `).replaceAll(`id=${id}>`, `id=changed-${id}>`),
    html,
  );
}

const page = (title: string, body: string, { assets, hide }: Pick<Knobs, 'assets' | 'hide'>): string =>
  without(
    `<!doctype html><html lang=en><head><meta charset=utf-8><title>${title}</title>${assets ? ASSETS_HEAD : ''}<style>body{font-family:sans-serif}[hidden]{display:none}.modal{position:fixed;inset:0;background:#0006}.modal>div{background:#fff;margin:80px auto;width:420px;padding:16px}.k-window{position:fixed;top:20px;left:200px;background:#fff;border:1px solid #888}</style></head><body>${assets ? ASSETS_BODY : ''}<h1>${title}</h1>${body}</body></html>`,
    hide,
  );

const field = (id: string, label: string, name = id): string =>
  `<p><label for=${id}>${label}</label><input id=${id} name=${name} type=text></p>`;
const date = (id: string, label: string): string => `${field(id, label)}<input id=Server${id} name=Server${id} type=hidden>`;
const list = (id: string, label: string, kind: Knobs['widgets']): string =>
  kind === 'kendo'
    ? field(id, label)
    : `<p><label for=${id}>${label}</label><select id=${id} name=${id}><option value="">--Select--</option></select></p>`;
const hidden = (name: string, value = ''): string => `<input id=${name} name=${name} type=hidden value="${value}">`;

export const registerPage = (token: string, data: string, knobs: Knobs): string =>
  page(
    'Create an account',
    `<div class=modal id=bioModal><div><p>Biometric data will be taken at the centre.</p><button type=button class=btn-success onclick="onBioDisclaimerAccept();">Accept</button></div></div>
<div class=modal id=dpModal hidden><div><p>Your data are used for this application.</p><button type=button class=btn-success onclick="onDpAccept();">Agree</button></div></div>
<form id=myForm data-captcha="${knobs.captcha}" data-widgets="${knobs.widgets}" data-data="${escape(data)}">
${field('SurName', 'Surname / Family Name')}${field('FirstName', 'First Name')}${field('LastName', 'Last Name')}${date('DateOfBirth', 'Date Of Birth')}
${field('ppNo', 'Passport Number', 'PassportNumber')}${date('PassportIssueDate', 'Passport Issue Date')}${date('PassportExpiryDate', 'Passport Expiry Date')}${field('IssuePlace', 'Passport Issue Place')}
${list('PassportType', 'Passport Type', knobs.widgets)}${list('BirthCountry', 'Passport Issue Country', knobs.widgets)}${list('CountryOfResidence', 'Country Of Residence', knobs.widgets)}
<p><label for=CountryCode>Country Code</label><input id=CountryCode name=CountryCode type=text value="+213"></p>${field('Mobile', 'Mobile')}${field('Email', 'Email')}
${hidden('Mode', 'register')}${hidden('CaptchaParam')}${hidden('CaptchaData')}${hidden('CaptchaId')}${hidden('SecurityCode')}${hidden('EncryptedEmail')}${hidden('EncryptedMobile')}${hidden('MobileVerificationEnabled', 'False')}${hidden('__RequestVerificationToken', token)}
<button type=button id=btnVerify ${knobs.captcha ? '' : 'hidden '}>Verify Selection</button><span id=btnVerified hidden>Verified!</span>
<button type=button id=btnGenerate ${knobs.captcha ? 'hidden ' : ''}>Generate OTP</button>
<div id=otpBox hidden>${field('EmailOtp', 'Email OTP')}<button type=button id=btnSubmit>Submit</button></div>
</form>
<div class=modal id=sentModal hidden><div><p>A code was sent to your mailbox.</p><button type=button data-bs-dismiss=modal>Ok</button></div></div>
<div class=k-window id=captchaWindow hidden></div><p id=result hidden></p><script>${knobs.widgets === 'kendo' ? KENDO_SCRIPT : ''}</script><script>${REGISTER_SCRIPT}</script>`,
    knobs,
  );

export const captchaPage = (captcha: Captcha, token: string): string =>
  `<!doctype html><html lang=en><head><meta charset=utf-8><style>body{font-family:sans-serif;margin:10px;background:#fff}.main-div{display:grid;grid-template-columns:repeat(3,110px);gap:8px}.captcha-img{width:100px;height:100px;border:4px solid transparent}.selected{border-color:#08f}</style></head><body><div class=box-label>Please select all boxes with number ${captcha.wanted}</div><div class=main-div>${captcha.numbers
    .map((_, at) => `<img class=captcha-img alt="" data-at=${at} src=${PREFIX}/CaptchaPublic/Tile?id=${captcha.id}&at=${at}>`)
    .join(
      '',
    )}</div><form id=captchaForm>${hidden('Id', captcha.id)}${hidden('Captcha')}${hidden('SelectedImages')}${hidden('__RequestVerificationToken', token)}<button type=button id=btnUndo>Undo</button><button type=button id=btnReload>Reload</button><button type=button id=btnSubmitCaptcha>Submit Selection</button></form><script>${CAPTCHA_SCRIPT}</script></body></html>`;

export const loginPage = (token: string, knobs: Knobs): string =>
  page(
    'Login',
    `<form id=loginForm>${field('LoginEmail', 'Email', 'Email')}${hidden('__RequestVerificationToken', token)}<button type=button id=btnLogin>Verify</button></form><p id=loginResult hidden></p><script>${LOGIN_SCRIPT}</script>`,
    knobs,
  );

export const inboxPage = (mails: readonly { readonly to: string; readonly subject: string; readonly code: string }[]): string =>
  `<!doctype html><html lang=en><head><meta charset=utf-8><title>Inbox</title></head><body><h1>Inbox</h1><table>${mails
    .map(({ to, subject, code }) => `<tr><td>${escape(to)}</td><td>${escape(subject)}</td><td class=code>${code}</td></tr>`)
    .join('')}</table></body></html>`;

export const errorPage = (title: string, text: string): string =>
  `<!doctype html><html lang=en><head><title>${title}</title></head><body><h1>${title}</h1><div class="alert alert-danger">${escape(text)}</div></body></html>`;
