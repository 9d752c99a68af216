import { expect, test } from 'vitest';
import { parseProxyList } from './parse-proxy-list.ts';
import { parseProxyAddress, proxyPlace, proxyUrl } from './proxy-address.ts';

test.each([
  ['10.0.0.1:3128', 'http://10.0.0.1:3128'],
  ['proxy.example:80', 'http://proxy.example:80'],
  [' Proxy.Example:80 ', 'http://proxy.example:80'],
  ['[2001:db8::1]:3128', 'http://[2001:db8::1]:3128'],
  ['10.0.0.1:3128:anna:secret', 'http://anna:secret@10.0.0.1:3128'],
  ['10.0.0.1:3128:anna:se:cr@et', 'http://anna:se%3Acr%40et@10.0.0.1:3128'],
  ['anna:secret@10.0.0.1:3128', 'http://anna:secret@10.0.0.1:3128'],
  ['anna:p@ss:w0rd@10.0.0.1:3128', 'http://anna:p%40ss%3Aw0rd@10.0.0.1:3128'],
  ['10.0.0.1:3128@anna:secret', 'http://anna:secret@10.0.0.1:3128'],
  ['anna:secret:10.0.0.1:3128', 'http://anna:secret@10.0.0.1:3128'],
  ['user-country-dz-session-7:x@gate.example:7777', 'http://user-country-dz-session-7:x@gate.example:7777'],
  ['http://10.0.0.1:3128/', 'http://10.0.0.1:3128'],
  ['https://anna:p%40ss@10.0.0.1:443', 'https://anna:p%40ss@10.0.0.1:443'],
  ['http://anna:100%@10.0.0.1:80', 'http://anna:100%25@10.0.0.1:80'],
  ['socks5://anna:secret@10.0.0.1:1080', 'socks5://anna:secret@10.0.0.1:1080'],
  ['socks5h://10.0.0.1:1080', 'socks5://10.0.0.1:1080'],
  ['http://10.0.0.1:3128:anna:secret', 'http://anna:secret@10.0.0.1:3128'],
  ['anna@10.0.0.1:3128', 'http://anna:@10.0.0.1:3128'],
])('%s is understood', (text, url) => {
  const address = parseProxyAddress(text);
  expect(proxyUrl(address)).toBe(url);
  // What is written is read again as the same.
  expect(parseProxyAddress(url)).toEqual(address);
  expect(proxyPlace(address)).not.toMatch(/secret|anna|ss/);
});

test.each([
  '',
  'secret',
  '10.0.0.1',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '10.0.0.1:secret',
  'socks4://10.0.0.1:1',
  'ftp://10.0.0.1:21',
  'bad_host!:80:u:secret',
  '[::1:80',
  '10.0.0.1:80:u:sec\u0001ret',
  ':secret@10.0.0.1:80',
  'http://[zz::1]:80',
  `10.0.0.1:80:u:${'secret'.repeat(300)}`,
])('%s is refused, and what is said of it repeats no credential', (text) => {
  let thrown: unknown;
  try {
    parseProxyAddress(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'BAD_INPUT', message: expect.not.stringContaining('secret') as string });
});

const brief = (text: string): unknown[] =>
  parseProxyList(text).map((line) =>
    'why' in line ? [line.line, 'refused'] : [line.line, proxyUrl(line.address), line.country, line.label],
  );

test('a list has one a line, a country after it, comments and empty lines', () => {
  const list =
    '\ufeff# mine\n\n10.0.0.1:80\r\n10.0.0.2:80,DZ\r\n10.0.0.3:80 Spain\n10.0.0.4:80:u:p;es\n// end\nnonsense\n10.0.0.5:80:u:p,word\n';
  expect(brief(list)).toEqual([
    [3, 'http://10.0.0.1:80', null, undefined],
    [4, 'http://10.0.0.2:80', 'DZ', undefined],
    [5, 'http://10.0.0.3:80', 'ES', undefined],
    [6, 'http://u:p@10.0.0.4:80', 'ES', undefined],
    [8, 'refused'],
    [9, 'http://u:p%2Cword@10.0.0.5:80', null, undefined],
  ]);
});

test('a file with a header has its columns in any order and spelling', () => {
  expect(
    brief(
      'Country,IP,Port,Username,Password,Name\nDZ,10.0.0.1,80,u,"p,""q""",one\nuk,10.0.0.2,81,,,\nXX,10.0.0.3,80,,,\n,10.0.0.4,x,,,',
    ),
  ).toEqual([
    [2, 'http://u:p%2C%22q%22@10.0.0.1:80', 'DZ', 'one'],
    [3, 'http://10.0.0.2:81', 'GB', undefined],
    [4, 'refused'],
    [5, 'refused'],
  ]);
  expect(brief('proxy;cc\nsocks5://u:p@10.0.0.1:1080;Algeria\n10.0.0.2:80;')).toEqual([
    [2, 'socks5://u:p@10.0.0.1:1080', 'DZ', undefined],
    [3, 'http://10.0.0.2:80', null, undefined],
  ]);
  expect(brief('type\thost\tport\nsocks5\t10.0.0.1\t1080\nHTTP\t2001:db8::1\t80')).toEqual([
    [2, 'socks5://10.0.0.1:1080', null, undefined],
    [3, 'http://[2001:db8::1]:80', null, undefined],
  ]);
});
