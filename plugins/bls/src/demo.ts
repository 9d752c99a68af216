const GIVEN = ['Amina', 'Yacine', 'Lina', 'Karim', 'Nour', 'Sofiane', 'Meriem', 'Rayan', 'Ines', 'Walid'];
const FAMILY = ['Heron', 'Quillbee', 'Fernando', 'Brasswood', 'Larkmoor', 'Tamarisk', 'Sandpiper', 'Oakenshaw'];

const day = (year: number, at: number): string =>
  `${year}-${String(1 + (at % 12)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;

/** Made-up applicants. Their addresses lead nowhere. */
export function demoApplicants(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, at) => {
    const firstName = GIVEN[at % GIVEN.length] ?? '';
    const lastName = FAMILY[at % FAMILY.length] ?? '';
    return {
      firstName,
      lastName,
      email: `${firstName}.${lastName}.${at + 1}@example.test`.toLowerCase(),
      mobile: String(550_000_000 + at),
      passportNumber: `DEMO${String(100_000 + at)}`,
      passportType: 'Ordinary',
      passportIssueDate: day(2022, at),
      passportExpiryDate: day(2032, at),
      passportIssuePlace: 'Algiers',
      passportIssueCountry: 'Algeria',
      dateOfBirth: day(1960 + (at % 45), at),
      birthPlace: 'Algiers',
      nationality: 'Algeria',
      countryOfResidence: 'Algeria',
      gender: at % 2 === 0 ? 'Female' : 'Male',
      maritalStatus: at % 3 === 0 ? 'Married' : 'Single',
      password: `Demo-${at + 1}-heron!`,
    };
  });
}
