import { expect, test } from 'vitest';
import { summary } from './testing.ts';

const LEVELS = ['heron07|Reed4lake|level=30', 'fern07|Pine3cone|level=31'];
const BOTH = ['heron07|Reed4lake', 'fern07|Pine3cone'];
const LIST = 'heron07:Reed4lake\nfern07:Pine3cone\n';

test.each([
  ['German', 'Guten Tag,\n\nBestellnummer: 12345\nDatum: 03.11.2026\nMenge: 2\n\nIhre Konten:\n'],
  ['Spanish', 'Estimado cliente:\n\nPedido: AB-12345\nFecha: 3/11/2026\nPrecio: 5€\n\n'],
  ['French', 'Bonjour,\n\nCommande : AB12345\nQuantité : 2\n\n'],
  ['Dutch', 'Beste klant,\n\nBestelnummer: 12345\nAantal: 2\n\n'],
])('notes of a %s mail are no accounts', async (_, head) => {
  expect(await summary(head + LIST)).toEqual(BOTH);
});

test('notes say nothing of the columns of a list', async () => {
  const notes = 'Guten Tag,\n\nBestellnummer: 12345\nDatum: 03.11.2026\n\n';
  expect(await summary(`${notes}heron07:Reed4lake:30\nfern07:Pine3cone:31\n`)).toEqual(LEVELS);
});

test('accounts with blanks behind a colon are not taken for notes', async () => {
  expect(await summary('Hello there,\n\nHeron: Reed4lake\nFern: Pine3cone\n')).toEqual(['Heron|Reed4lake', 'Fern|Pine3cone']);
});

test('what could be a note or an account is told', async () => {
  expect(await summary(`Hello there,\n\n${LIST}Heron: Sky1blue\nMenge: 2\n`)).toEqual([...BOTH, '!5 not-understood']);
});

test('the address of a shop below a list is no half account', async () => {
  expect(await summary(`Thanks for your purchase!\n\n${LIST}\nwww.shop.example\nshop.test\n`)).toEqual(BOTH);
});

test('a row of a table that names an order is no account', async () => {
  const rows = ['Order', '12345', 'heron07', 'Reed4lake', 'fern07', 'Pine3cone'].map((cell) => `<td>${cell}</td>`);
  const table = [0, 2, 4].map((at) => `<tr>${rows.slice(at, at + 2).join('')}</tr>`).join('');
  expect(await summary(`<table>${table}</table>`)).toEqual(BOTH);
});

test.each([
  ['in German', 'heron07:Reed4lake (Stufe 30)\nfern07:Pine3cone (Stufe 31)\n'],
  ['in French', 'heron07:Reed4lake - niveau 30\nfern07:Pine3cone - niveau 31\n'],
  ['in Spanish, first', 'Nivel 30 - heron07:Reed4lake\nNivel 31 - fern07:Pine3cone\n'],
  ['at least', 'heron07:Reed4lake:L30+\nfern07:Pine3cone:L31+\n'],
  ['at least, as a column', 'heron07:Reed4lake:30+\nfern07:Pine3cone:31+\n'],
  ['at least, under a header', 'user,pass,level\nheron07,Reed4lake,30+\nfern07,Pine3cone,Stufe 31\n'],
])('levels %s', async (_, content) => {
  expect(await summary(content)).toEqual(LEVELS);
});

test('lines of JSON stand among lines of other shapes, also first', async () => {
  const content = '{"user":"heron07","pass":"Reed4lake"}\nfern07:Pine3cone\n{"user":"oak07","pass":"Bark5tree"}\n';
  expect(await summary(content)).toEqual([...BOTH, 'oak07|Bark5tree']);
});
