import bls from '@muster/plugin-bls';
import type { Client } from '@muster/api';

/** A CSV of so many made-up applicants, its header as an agency writes it. */
export function applicantsCsv(count: number): string {
  const rows = bls.demo?.(count) ?? [];
  const columns = [
    ['Given Name', 'firstName'],
    ['Last Name', 'lastName'],
    ['E-Mail', 'email'],
    ['Passport No', 'passportNumber'],
    ['Date of issue', 'passportIssueDate'],
    ['Date of expiry', 'passportExpiryDate'],
    ['Place of issue', 'passportIssuePlace'],
    ['DOB', 'dateOfBirth'],
    ['Phone', 'mobile'],
    ['Nationality', 'nationality'],
  ] as const;
  const line = (cells: readonly string[]): string => `${cells.join(';')}\n`;
  return line(columns.map(([title]) => title)) + rows.map((row) => line(columns.map(([, field]) => String(row[field])))).join('');
}

/** Loads a file through the API. Rejects with the first line that was refused. */
export async function importCsv(client: Client, csv: string): Promise<number> {
  const upload = (async function* () {
    yield Buffer.from(csv);
  })();
  let stored = 0;
  const lines = client.stream('importAccounts', { params: { plugin: 'bls' }, query: { name: 'applicants.csv' } }, { upload });
  for await (const line of lines) {
    if (line.kind === 'rejected') throw new Error(`line ${line.line}: ${line.reason}`);
    if (line.kind === 'account') stored += 1;
  }
  return stored;
}
