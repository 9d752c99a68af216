/** What the site knows of one applicant, by e-mail address. */
export interface Applicant {
  readonly email: string;
  passport: string;
  /** Accounts of theirs that exist: 0 or 1 on a site that checks. */
  registrations: number;
  /** Posts of the last step that reached the site. */
  posts: number;
  /** Of these, how many came from another visit when the account was there already: a second try that should have asked first. */
  doublePosts: number;
  /** And how many from the same one: a browser repeats a post by itself when a connection that it used before breaks under it. */
  browserRepeats: number;
  /** The visit that made the account. */
  registeredBy: string;
  codesSent: number;
  captchasWrong: number;
  loginChecks: number;
  /** The fields of the form as they were registered. */
  fields: Readonly<Record<string, string>>;
}

export interface Applicants {
  of(email: string): Applicant;
  all(): readonly Applicant[];
  registered(email: string): boolean;
  passportTaken(passport: string, email: string): boolean;
}

export function createApplicants(): Applicants {
  const byEmail = new Map<string, Applicant>();
  const of = (email: string): Applicant => {
    const key = email.trim().toLowerCase();
    const known = byEmail.get(key);
    if (known) return known;
    const made: Applicant = {
      email: key,
      passport: '',
      registrations: 0,
      posts: 0,
      doublePosts: 0,
      browserRepeats: 0,
      registeredBy: '',
      codesSent: 0,
      captchasWrong: 0,
      loginChecks: 0,
      fields: {},
    };
    byEmail.set(key, made);
    return made;
  };
  return {
    of,
    all: () => [...byEmail.values()],
    registered: (email) => (byEmail.get(email.trim().toLowerCase())?.registrations ?? 0) > 0,
    passportTaken: (passport, email) =>
      [...byEmail.values()].some(
        (one) =>
          one.registrations > 0 &&
          one.passport.toUpperCase() === passport.trim().toUpperCase() &&
          one.email !== email.trim().toLowerCase(),
      ),
  };
}
