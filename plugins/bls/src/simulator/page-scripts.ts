import { TEXTS } from './knobs.ts';

// What the pages do, in the manner of the real site: jQuery-like posts of whole forms, `alert` for what is refused, and no
// word at all when a connection breaks.

export const REGISTER_SCRIPT = `
const $ = (s) => document.querySelector(s), prefix = '/dza';
function onBioDisclaimerAccept() { $('#bioModal').hidden = true; $('#dpModal').hidden = false; }
function onDpAccept() { $('#dpModal').hidden = true; }
const agreed = () => $('#bioModal').hidden && $('#dpModal').hidden;
const kendo = $('#myForm').dataset.widgets === 'kendo';
for (const id of ['DateOfBirth', 'PassportIssueDate', 'PassportExpiryDate']) {
  const server = (day) => { $('#Server' + id).value = day; };
  if (!kendo) $('#' + id)?.addEventListener('change', (e) => server(e.target.value));
  else if ($('#' + id)) jQuery('#' + id).kendoDatePicker({
    max: id === 'PassportExpiryDate' ? new Date(2099, 11, 31) : new Date(),
    change() { server(jQuery('#' + id).val()); },
  });
}
const lists = {};
for (const id of ['PassportType', 'BirthCountry', 'CountryOfResidence']) {
  if (!$('#' + id)) continue;
  if (!kendo) lists[id] = (all) => { for (const one of all) $('#' + id).append(new Option(one.Name, one.Id)); };
  else {
    jQuery('#' + id).kendoDropDownList({ optionLabel: '--Select--', dataTextField: 'Name', dataValueField: 'Id' });
    lists[id] = (all) => jQuery('#' + id).data('kendoDropDownList').setDataSource(all);
  }
}
const get = async (path) => { const r = await fetch(prefix + path); if (!r.ok) return []; return r.json(); };
get('/query/GetCountryList').then((all) => { lists.BirthCountry?.(all); lists.CountryOfResidence?.(all); }).catch(() => {});
get('/query/GetLOVIdNameList?lovType=BLS_PASSPORT_TYPE').then((all) => lists.PassportType?.(all)).catch(() => {});
async function post(path) {
  const r = await fetch(prefix + path, { method: 'POST', headers: { requestverificationtoken: $('#__RequestVerificationToken').value }, body: new URLSearchParams(new FormData($('#myForm'))) });
  return r.ok ? r.json() : undefined;
}
$('#btnVerify')?.addEventListener('click', () => {
  if (!agreed()) return alert('Please accept the conditions first');
  const data = encodeURIComponent($('#myForm').dataset.data + '.' + btoa($('#Email')?.value ?? ''));
  $('#captchaWindow').hidden = false;
  $('#captchaWindow').innerHTML = '<iframe class="k-content-frame" width="400" height="600" src="' + prefix + '/CaptchaPublic/GenerateCaptcha?data=' + data + '"></iframe>';
});
window.onCaptcha = (res) => {
  $('#captchaWindow').hidden = true; $('#captchaWindow').innerHTML = '';
  $('#CaptchaData').value = res.captcha; $('#CaptchaId').value = res.captchaId;
  $('#btnVerify').hidden = true; $('#btnVerified').hidden = false; $('#btnGenerate').hidden = false;
};
$('#btnGenerate')?.addEventListener('click', async () => {
  if (!agreed()) return alert('Please accept the conditions first');
  const res = await post('/account/SendRegisterUserVerificationCode').catch(() => undefined);
  if (!res) return;
  if (!res.success) return alert(res.error);
  $('#SecurityCode').value = res.securityCode; $('#EncryptedEmail').value = res.encryptEmail; $('#EncryptedMobile').value = res.encryptMobile;
  $('#otpBox').hidden = false; $('#sentModal').hidden = false;
});
$('[data-bs-dismiss=modal]').addEventListener('click', () => { $('#sentModal').hidden = true; });
$('#btnSubmit')?.addEventListener('click', async () => {
  const res = await post('/Account/RegisterUser').catch(() => undefined);
  if (!res) return;
  if (!res.success) return alert(res.error);
  $('#result').hidden = false; $('#result').textContent = 'Your account was created. A password is on its way to your mailbox.';
});
window.siteReady = true;
`;

export const CAPTCHA_SCRIPT = `
const chosen = [];
for (const tile of document.querySelectorAll('.captcha-img')) tile.addEventListener('click', () => {
  const at = tile.dataset.at, i = chosen.indexOf(at);
  if (i < 0) chosen.push(at); else chosen.splice(i, 1);
  tile.classList.toggle('selected', i < 0);
});
document.getElementById('btnUndo').addEventListener('click', () => { const at = chosen.pop(); document.querySelector('[data-at="' + at + '"]')?.classList.remove('selected'); });
document.getElementById('btnReload').addEventListener('click', () => location.reload());
document.getElementById('btnSubmitCaptcha').addEventListener('click', async () => {
  if (chosen.length === 0) return alert('${TEXTS.captchaNone}');
  document.getElementById('SelectedImages').value = chosen.join(',');
  const r = await fetch('/dza/CaptchaPublic/SubmitCaptcha', { method: 'POST', body: new URLSearchParams(new FormData(document.getElementById('captchaForm'))) }).catch(() => undefined);
  if (!r || !r.ok) return;
  const res = await r.json();
  if (res.success) return parent.onCaptcha(res);
  alert(res.error);
  if (res.session) top.location.reload(); else location.reload();
});
`;

export const LOGIN_SCRIPT = `
document.getElementById('btnLogin')?.addEventListener('click', async () => {
  const r = await fetch('/dza/account/LoginSubmit', { method: 'POST', body: new URLSearchParams(new FormData(document.getElementById('loginForm'))) }).catch(() => undefined);
  if (!r || !r.ok) return;
  const res = await r.json(), out = document.getElementById('loginResult');
  out.hidden = false; out.textContent = res.success ? 'Enter your password' : res.error;
});
`;
