const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
/** Codes that the locale data knows and no country has. */
const NOT_COUNTRIES: ReadonlySet<string> = new Set(['ZZ', 'XA', 'XB', 'EU', 'EZ', 'UN', 'QO']);

const nameOf = (code: string): string | undefined => (NOT_COUNTRIES.has(code) ? undefined : names.of(code));

let byName: ReadonlyMap<string, string> | undefined;
const codesByName = (): ReadonlyMap<string, string> =>
  (byName ??= new Map(
    LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).flatMap((code) => {
      const name = new Intl.Locale(`und-${code}`).region === code ? nameOf(code) : undefined;
      return name === undefined ? [] : [[name.toLowerCase(), code] as const];
    }),
  ));

/** ISO 3166-1 alpha-2 in upper case, of a code (`uk` is `GB`) or an English name; undefined for what is neither. */
export function countryOf(text: string): string | undefined {
  const word = text.trim();
  if (!/^[a-z]{2}$/i.test(word)) return codesByName().get(word.toLowerCase());
  const code = new Intl.Locale(`und-${word}`).region;
  return code !== undefined && nameOf(code) !== undefined ? code : undefined;
}
