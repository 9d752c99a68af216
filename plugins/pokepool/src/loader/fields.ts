/** What a file says of one account. A field that the file does not have is not there. */
export interface AccountFields {
  provider?: Provider;
  username: string;
  password?: string;
  level?: number;
  email?: string;
  model?: string;
  ios?: string;
  deviceId?: string;
}

const PROVIDERS = ['ptc', 'google'] as const;
export type Provider = (typeof PROVIDERS)[number];

const LONG_NAME = /^(?:pok[eé]mon[\s_-]*)?trainer[\s_-]*club$/i;

/** `ptc` or `google` in any case, or what the first stands for. */
export function providerOf(text: string): Provider | undefined {
  if (text.length > 10) return text.length < 24 && LONG_NAME.test(text) ? 'ptc' : undefined;
  if (text.length === 3) return text.toLowerCase() === 'ptc' ? 'ptc' : undefined;
  return text.length === 6 && text.toLowerCase() === 'google' ? 'google' : undefined;
}

export const COLUMNS = ['provider', 'username', 'password', 'level', 'email', 'model', 'ios', 'deviceId'] as const;
export type Column = (typeof COLUMNS)[number];

// Spellings in use, without case, accents, spaces and punctuation; also those of spreadsheets in other languages.
const SPELLINGS: Readonly<Record<Column, readonly string[]>> = {
  provider: words('provider auth authservice authprovider authtype logintype loginprovider accounttype service anbieter'),
  username: words(
    `username user userid uname usr login loginname loginid account accountname accountusername accountid acc acct ptcusername ptcuser
    ptclogin ptcaccount ptcname trainer trainername playername nick nickname benutzer benutzername nutzername konto usuario
    nombredeusuario utilisateur nomdutilisateur identifiant utente nomeutente nomedeusuario kontoname gebruiker gebruikersnaam brugernavn
    uzytkownik nazwauzytkownika логин пользователь имяпользователя`,
  ),
  password: words(
    `password pass passwd passwort pword pswd psw pwd pw passphrase accountpassword accountpass ptcpassword ptcpass ptcpw userpassword
    loginpassword kennwort contrasena clave motdepasse mdp senha wachtwoord adgangskode haslo hasło parola пароль`,
  ),
  level: words(
    'level lvl lv lev accountlevel accountlvl acclevel acclvl trainerlevel playerlevel stufe nivel niveau livello poziom уровень',
  ),
  email: words('email mail emailaddress mailaddress emailadresse mailadresse correo courriel'),
  model: words('model devicemodel phonemodel iphonemodel devicename'),
  ios: words('ios iosversion deviceios osversion firmware'),
  deviceId: words('deviceid device deviceuuid uuid id'),
};
function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
const BY_SPELLING = new Map(
  COLUMNS.flatMap((column) => SPELLINGS[column].map((spelling, rank) => [spelling, { column, rank }] as const)),
);

/** The field that a column name, a label or a key stands for. */
export const columnOf = (name: string): Column | undefined =>
  name.length > 40 ? undefined : BY_SPELLING.get(plain(name))?.column;
/** Of two names for the same field, the one with the lower figure says it better. */
export const rankOfName = (name: string): number => BY_SPELLING.get(plain(name))?.rank ?? Infinity;

/** `name` may be anybody's: it is the user's only where a password stands beside it and nothing says better who it is. */
export const isBareName = (name: string): boolean => plain(name) === 'name';
/** `id` is that of a device beside a model or a version of iOS; alone it numbers the rows. */
export const isBareId = (name: string): boolean => plain(name) === 'id';

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** What stands before the figure of a level, as part of an expression. */
export const LEVEL_NAMES = 'level|lvl|lv|l|stufe|niveau|nivel|nível|livello|poziom';
const LEVEL = new RegExp(String.raw`^(?:(?:${LEVEL_NAMES})[\s.:#-]*)?(\d{1,3})(?:\.0+|\+)?$`, 'i');

/** Whole numbers from 0 to 100, as a column may hold them: `30`, `30.0`, `30+`, `L30`, `Level 30`. */
export function levelOf(text: string): number | undefined {
  const digits = LEVEL.exec(text)?.[1];
  return digits !== undefined && Number(digits) <= 100 ? Number(digits) : undefined;
}
