const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  json: 'application/json; charset=utf-8',
  // A page that a site sent: shown as text, it runs nowhere.
  html: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

/** The media type to send a file of evidence with, by its name. */
export const evidenceType = (name: string): string =>
  TYPES[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
