import { describe, expect, test } from 'vitest';
import { summary } from './testing.ts';

/** Lines of a file, and what is read of them. */
type Case = readonly [name: string, lines: readonly string[], found: readonly string[]];
const cases = (list: readonly Case[]): void => {
  test.each(list)('%s', async (_, lines, found) => {
    expect(await summary(`${lines.join('\n')}\n`)).toEqual(found);
  });
};
const BOTH = ['heron07|Reed4lake', 'fern07|Pine3cone'];
const LEVELS = ['heron07|Reed4lake|level=30', 'fern07|Pine3cone|level=31'];

describe('names of columns', () => {
  cases([
    ['that are not the first', ['Nr.;Login;Passwd;Lvl', '1;heron07;Reed4lake;30', '2;fern07;Pine3cone;31'], LEVELS],
    ['in German', ['Benutzername;Passwort;Stufe', 'heron07;Reed4lake;30', 'fern07;Pine3cone;31'], LEVELS],
    ['in Spanish', ['usuario,contraseña,nivel', 'heron07,Reed4lake,30', 'fern07,Pine3cone,31'], LEVELS],
    ['with brackets', ['User (PTC)\tPassword\tLevel', 'heron07\tReed4lake\t30', 'fern07\tPine3cone\t31'], LEVELS],
    ['two for the same field', ['account,username,password', 'x1,heron07,Reed4lake', 'x2,fern07,Pine3cone'], BOTH],
    ['a level in words', ['login,pass,level', 'heron07,Reed4lake,L30', 'fern07,Pine3cone,Level 31'], LEVELS],
    ['a level of a spreadsheet', ['login,pass,level', 'heron07,Reed4lake,30.0', 'fern07,Pine3cone,31.0'], LEVELS],
    ['the long name of a provider', ['provider,user,pass', 'Pokémon Trainer Club,heron07,Reed4lake'], ['heron07|Reed4lake']],
    [
      'a row with another provider is refused, in a mail too',
      ['Hello there,', '', 'provider,user,pass', 'Some Other Club,heron07,Reed4lake', 'ptc,fern07,Pine3cone'],
      ['!4 unknown-provider', 'fern07|Pine3cone'],
    ],
    [
      'the end of a mail behind them',
      ['Hi there,', '', 'user,pass,level', 'heron07,Reed4lake,30', '', 'Regards, Shop'],
      ['heron07|Reed4lake|level=30'],
    ],
  ]);
});

describe('labels', () => {
  cases([
    ['with a dash', ['Login - heron07', 'Password - Reed4lake', '', 'Login - fern07', 'Password - Pine3cone'], BOTH],
    ['with an arrow', ['Username => heron07, Password => Reed4lake', 'Username -> fern07, Password -> Pine3cone'], BOTH],
    ['in German', ['Benutzername: heron07', 'Passwort: Reed4lake', '', 'Benutzername: fern07', 'Passwort: Pine3cone'], BOTH],
    ['of both fields at once', ['Login/Pass: heron07/Reed4lake', 'User:Password = fern07:Pine3cone'], BOTH],
    ['of the account as a whole', ['Account: heron07:Reed4lake', 'Account: fern07:Pine3cone'], BOTH],
    ['a sentence with a dash has none', ['Login - see below', 'heron07:Reed4lake'], ['heron07|Reed4lake']],
  ]);
});

describe('quotes', () => {
  cases([
    ['around the whole line', ['"heron07:Reed4lake"', '"fern07:Pine3cone"'], BOTH],
    ['that are single', ["'heron07','Reed4lake'", "'fern07','Pine3cone'"], BOTH],
    ['as a word processor sets them', ['“heron07”,“Reed4lake”', '“fern07”;“Pine3cone”'], BOTH],
    [
      'single ones inside a password stay',
      ["heron07:'Reed4lake'", "fern07:Pine3'cone"],
      ["heron07|'Reed4lake'", "fern07|Pine3'cone"],
    ],
  ]);
});

describe('what would have to be guessed is refused', () => {
  const refused = (...lines: readonly number[]): string[] => lines.map((line) => `!${line} not-understood`);
  cases([
    ['rows with a number first', ['1,heron07,Reed4lake', '2,fern07,Pine3cone', '3,wren07,Coal5barn'], refused(1, 2, 3)],
    ['rows with a date first', ['2018-01-01,heron07,Reed4lake', '2018-01-02,fern07,Pine3cone'], refused(1, 2)],
    [
      'labels in a language that is not known',
      ['Nimi: heron07', 'Sana: Reed4lake', 'Nimi: fern07', 'Sana: Pine3cone'],
      refused(1, 2, 3, 4),
    ],
    ['a separator that is none', ['heron07：Reed4lake', 'fern07：Pine3cone'], refused(1, 2)],
    ['statements of a database', ["INSERT INTO account VALUES ('heron07','Reed4lake');"], refused(1)],
    [
      'names and passwords line by line',
      ['heron', 'Reed4lake', '', 'fern', 'Pine3cone'],
      ['!1 no-password', '!2 no-password', '!4 no-password', '!5 no-password'],
    ],
  ]);
});

describe('JSON that is a list of texts', () => {
  cases([
    ['is read like the list', ['{"accounts":["heron07:Reed4lake","fern07:Pine3cone"]}'], BOTH],
    ['is refused in pairs', ['[["heron07","Reed4lake"]]'], ['!1 not-understood']],
    [
      'beside an account says nothing',
      ['[{"username":"heron07","password":"Reed4lake","tags":["a","b"]}]'],
      ['heron07|Reed4lake'],
    ],
    [
      'prefers the key that says it best',
      ['[{"account":"x","username":"heron07","nickname":"y","password":"Reed4lake"}]'],
      ['heron07|Reed4lake'],
    ],
  ]);
});

test('a file glued together of UTF-8 and windows-1252 is read line by line', async () => {
  const bytes = Buffer.concat([Buffer.from('heron07:R\u00e9ed\n'), Buffer.from('fern07:Br\u00e4ss\n', 'latin1')]);
  expect(await summary(bytes)).toEqual(['heron07|R\u00e9ed', 'fern07|Br\u00e4ss']);
});
