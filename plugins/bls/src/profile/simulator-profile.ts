import type { z } from 'zod';
import type { SiteProfile } from './site-profile.ts';

/** The simulator's site: the flow of the real one, as public sources describe it. The model for a profile of one's own. */
export const SIMULATOR_PROFILE: z.input<typeof SiteProfile> = {
  version: 1,
  id: 'simulator',
  title: 'Simulator of the visa centre',
  baseUrl: 'http://127.0.0.1:4399',
  allowHosts: ['127.0.0.1'],
  paceMs: 0,
  blockedUrls: ['*.png', '*.jpg', '*.jpeg', '*.gif', '*.webp', '*.ico', '*.woff', '*.woff2', '*.ttf'],
  steps: [
    { do: 'open', page: 'register', path: '/dza/account/RegisterUser', ready: '#myForm' },
    {
      do: 'dismiss',
      click: ['button[onclick="onBioDisclaimerAccept();"]', 'button[onclick="onDpAccept();"]'],
      optional: false,
    },
    {
      do: 'fill',
      values: {
        '#SurName': '{{familyName}}',
        '#FirstName': '{{firstName}}',
        '#LastName': '{{lastName}}',
        '#ppNo': '{{passportNumber}}',
        '#IssuePlace': '{{passportIssuePlace}}',
        '#CountryCode': '{{countryCode}}',
        '#Mobile': '{{mobile}}',
        '#Email': '{{email}}',
      },
      dates: {
        '#DateOfBirth': '{{dateOfBirth}}',
        '#PassportIssueDate': '{{passportIssueDate}}',
        '#PassportExpiryDate': '{{passportExpiryDate}}',
      },
      choices: {
        '#PassportType': '{{passportType}}',
        '#BirthCountry': '{{passportIssueCountry}}',
        '#CountryOfResidence': '{{countryOfResidence}}',
      },
      widgets: {
        '#DateOfBirth': 'kendo-date',
        '#PassportIssueDate': 'kendo-date',
        '#PassportExpiryDate': 'kendo-date',
        '#PassportType': 'kendo-dropdown',
        '#BirthCountry': 'kendo-dropdown',
        '#CountryOfResidence': 'kendo-dropdown',
      },
      optional: ['#SurName'],
    },
    {
      do: 'captcha',
      open: '#btnVerify',
      frame: 'iframe.k-content-frame',
      instruction: '.box-label',
      tile: '.captcha-img',
      submit: '#btnSubmitCaptcha',
      expect: { url: '/CaptchaPublic/SubmitCaptcha' },
      done: '#btnGenerate',
    },
    {
      do: 'click',
      selector: '#btnGenerate',
      expect: { url: '/account/SendRegisterUserVerificationCode' },
      afterwards: ['button[data-bs-dismiss=modal]'],
    },
    { do: 'otp', into: '#EmailOtp' },
    { do: 'click', selector: '#btnSubmit', expect: { url: '/Account/RegisterUser' }, irreversible: true },
  ],
  login: {
    steps: [
      { do: 'open', page: 'login', path: '/dza/account/LogIn', ready: '#loginForm' },
      { do: 'fill', values: { '#LoginEmail': '{{email}}' } },
    ],
    click: '#btnLogin',
    expect: { url: '/account/LoginSubmit' },
    missing: 'mail does not exist',
  },
  errors: [
    { class: 'rate_limited', status: [429] },
    { class: 'blocked', status: [202, 403] },
    { class: 'site_down', status: [500, 502, 503, 504] },
    { class: 'duplicate_email', text: 'e-?mail (is )?already (registered|exists)' },
    { class: 'duplicate_passport', text: 'passport( number)? (is )?already (registered|exists)' },
    { class: 'captcha_exceeded', text: 'maximum number of allowed captcha' },
    { class: 'captcha_rejected', text: 'captcha selection|correct number boxes' },
    { class: 'otp_expired', text: 'OTP expired|code (has )?expired' },
    { class: 'otp_invalid', text: 'invalid (OTP|code)' },
    // A captcha that the site does not know (any more): its page begins anew.
    { class: 'session_expired', text: 'session (has )?expired|captcha submission is invalid' },
    { class: 'field_invalid', text: 'field is (required|invalid|not a valid)' },
    { class: 'site_down', text: 'an error occur+ed' },
  ],
  temporaryPassword: true,
};
