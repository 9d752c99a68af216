import type { ImportEntry } from '@muster/sdk';
import { expect, test } from 'vitest';
import { dayOf } from './import/read-record.ts';
import load from './import.ts';
import { Account, ImportOptions } from './schemas.ts';

async function read(text: string | Buffer, options: Partial<ImportOptions> = {}, pieces = 7): Promise<ImportEntry[]> {
  const bytes = Buffer.from(text);
  const file = {
    name: 'applicants.csv',
    bytes: (async function* () {
      for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces);
    })(),
  };
  const entries: ImportEntry[] = [];
  for await (const entry of load(file, ImportOptions.parse(options), new AbortController().signal)) entries.push(entry);
  return entries;
}
const accounts = (entries: readonly ImportEntry[]) => entries.filter((entry) => entry.kind === 'account');
const rejected = (entries: readonly ImportEntry[]) =>
  entries.flatMap((entry) => (entry.kind === 'rejected' ? [[entry.line, entry.reason]] : []));

const HEAD =
  'first_name,last_name,email,mobile,passport_number,passport_issue_date,passport_expiry_date,passport_issue_place,date_of_birth';
const ROW = 'Amina,Heron,amina@example.test,550000001,AB100001,2022-01-31,2032-01-30,Algiers,1990-04-05';

test('a header in any order and in the usual spellings is understood', async () => {
  const entries = await read(
    '\ufeffDate of Birth;Passport No.;E-MAIL;Surname;Prénom;Phone;DATE OF ISSUE;Valid until;Issued at;Sexe;Civil status;Tags;Shoe size\r\n' +
      '05/04/1990;ab100001;Amina@Example.test;Heron;Amina;+213 550 00 00 01;31.01.2022;30-01-2032;"Algiers; centre";F;Mariée;vip summer;38\r\n\r\n',
  );
  expect(entries).toContainEqual({ kind: 'file', format: 'csv', encoding: 'utf-8' });
  expect(entries).toContainEqual({ kind: 'warning', line: 1, reason: 'Columns that are not known were left out: Shoe size' });
  const [account] = accounts(entries);
  expect(account).toMatchObject({ line: 2, facts: { status: 'created', tags: ['vip', 'summer'] } });
  expect(Account.parse(account?.data)).toMatchObject({
    firstName: 'Amina',
    lastName: 'Heron',
    familyName: 'Heron',
    email: 'amina@example.test',
    mobile: '550000001',
    countryCode: '+213',
    passportNumber: 'AB100001',
    passportIssueDate: '2022-01-31',
    passportExpiryDate: '2032-01-30',
    passportIssuePlace: 'Algiers; centre',
    dateOfBirth: '1990-04-05',
    gender: 'Female',
    maritalStatus: 'Married',
  });
});

test.each([
  [
    'French',
    'Prénoms;NOM;Adresse e-mail;Téléphone portable;N° de passeport;Date de délivrance;Date d’expiration;Lieu de délivrance;Né(e) le;Sexe',
    'Féminin',
  ],
  [
    'Spanish',
    'Nombre;Apellidos;Correo electrónico;Teléfono móvil;Número de pasaporte;Fecha de expedición;Fecha de caducidad;Lugar de expedición;Fecha de nacimiento;Sexo',
    'Mujer',
  ],
  [
    'English',
    'Given names;Surname;E-mail address;Mobile phone;Passport Nr.;Issued on;Valid till;Place of issue;D.O.B.;Gender',
    'woman',
  ],
])('a %s header is understood', async (_, header, gender) => {
  const row = 'Amina;Heron;amina@example.test;+213550000001;AB100001;31/01/2022;30/01/2032;Oran;05/04/1990';
  const entries = await read(`${header}\n${row};${gender}\n`);
  expect(entries.filter(({ kind }) => kind === 'warning' || kind === 'rejected')).toEqual([]);
  expect(Account.parse(accounts(entries)[0]?.data)).toMatchObject({
    firstName: 'Amina',
    lastName: 'Heron',
    email: 'amina@example.test',
    mobile: '550000001',
    passportNumber: 'AB100001',
    passportIssueDate: '2022-01-31',
    passportExpiryDate: '2032-01-30',
    passportIssuePlace: 'Oran',
    dateOfBirth: '1990-04-05',
    gender: 'Female',
  });
});

test('each row that cannot be read is told with its line and its field, and the others are read', async () => {
  const entries = await read(
    [
      HEAD,
      ROW,
      ROW.replace('1990-04-05', '30/02/1990'),
      ROW.replace('2022-01-31', 'soon'),
      ROW.replace('550000001', '+99912345'),
      `${ROW},one cell more`,
      'too,few',
      ROW.replace('1990-04-05', '30/02/1990').replace('2022-01-31', 'soon'),
      '"a quoted\ncell",Heron,b@example.test,550000002,AB100002,2022-01-31,2032-01-30,Algiers,1990-04-05',
    ].join('\n'),
  );
  expect(accounts(entries).map(({ line }) => line)).toEqual([2, 9]);
  expect(rejected(entries)).toEqual([
    [3, expect.stringMatching(/^dateOfBirth: “30\/02\/1990” is no day of the calendar when read day first/)],
    [4, 'passportIssueDate: “soon” is no date; write it as YYYY-MM-DD'],
    [5, expect.stringMatching(/^mobile: the country code of “\+99912345” is not clear/)],
    [6, expect.stringMatching(/^10 cells under 9 columns/)],
    [7, 'email: it is missing; accounts are known by it'],
    [8, expect.stringMatching(/^passportIssueDate: “soon” .+ · dateOfBirth: “30\/02\/1990”/)],
  ]);
});

test.each([
  ['03/04/1990', 'day-first', '1990-04-03'],
  ['03/04/1990', 'month-first', '1990-03-04'],
  ['3-4-1990', 'day-first', '1990-04-03'],
  ['1990/4/3', 'day-first', '1990-04-03'],
  ['1990-04-03T00:00:00Z', 'iso', '1990-04-03'],
] as const)('%s, %s, is %s', (text, order, day) => {
  expect(dayOf(text, order)).toBe(day);
});

test.each([
  ['13/13/1990', 'day-first'],
  ['04/13/1990', 'day-first'],
  ['13/04/1990', 'month-first'],
  ['03/04/1990', 'iso'],
  ['29/02/2023', 'day-first'],
  ['', 'iso'],
] as const)('%s, %s, is no date, and not guessed at', (text, order) => {
  expect(() => dayOf(text, order)).toThrow(/“/);
});

test('records of the older model, which hold a login only, become accounts that are registered', async () => {
  const csv = await read('email,password,status\nold@example.test,123456,active\n');
  expect(accounts(csv)).toEqual([
    {
      kind: 'account',
      line: 2,
      data: { email: 'old@example.test', blsUsername: 'old@example.test', blsPassword: '123456', blsStatus: 'created' },
      facts: { status: 'bls_created', tags: ['older-record'], why: 'was “active”' },
    },
  ]);
  const json = await read(
    '{"accounts":[{"bls_username":"Old@example.test","bls_password":"1","status":"x"},{"username":"olduser","password":"1"},7]}',
  );
  expect(accounts(json)).toMatchObject([
    { data: { email: 'old@example.test', blsPassword: '1' }, facts: { status: 'bls_created' } },
  ]);
  expect(rejected(json)).toEqual([
    [2, expect.stringContaining('no e-mail address')],
    [3, 'is no object'],
  ]);
  for (const { data } of [...accounts(csv), ...accounts(json)]) expect(Account.safeParse(data).error).toBeUndefined();
});

test('rows of an older system keep their status; one that was in the middle stays so, for the site to be asked', async () => {
  const entries = await read(`${HEAD},status,bls_status,processing_attempts\n${ROW},bls_creating,creating,2\n`);
  expect(accounts(entries)).toMatchObject([
    { data: { blsStatus: 'creating', processingAttempts: 2 }, facts: { status: 'bls_creating' } },
  ]);
});

test('a status that nobody knows is refused with its line, so that no overview meets one', async () => {
  const entries = await read(`${HEAD},bls_status\n${ROW},vanished\n`);
  expect(rejected(entries)).toEqual([[2, expect.stringMatching(/BLS status.*vanished|vanished.*BLS status/)]]);
  expect(Account.shape.blsStatus.safeParse('vanished').success).toBe(false);
});

test.each([
  ['', [['warning', undefined]]],
  ['just,some,words\n1,2,3\n', [['rejected', 1]]],
  [`${HEAD}\n"never closed`, [['rejected', 2]]],
  [`${HEAD}\n"${'x'.repeat(300_000)}`, [['rejected', 2]]],
  ['[{"email":', [['rejected', 1]]],
])('a file that is none of ours (%#) is told in one line', async (text, told) => {
  const entries = (await read(text, {}, 10_000)).filter(({ kind }) => kind !== 'file');
  expect(entries.map((entry) => [entry.kind, 'line' in entry ? entry.line : undefined])).toEqual(told);
});

test('a file of an old spreadsheet is read in its own encoding', async () => {
  const latin = Buffer.from(`${HEAD}\n${ROW.replace('Amina', 'Zo\u00eb')}\n`, 'latin1');
  expect(accounts(await read(latin))[0]?.data['firstName']).toBe('Zo\u00eb');
});
