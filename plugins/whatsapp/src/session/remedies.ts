/** What the session does by itself when something is wrong; each use is an event `remedy.applied` with its reason. */
export const REMEDIES = {
  'announce-ready': 'WhatsApp Web was synced before the library listened; it was told so.',
  'ask-for-codes': 'WhatsApp Web stopped showing QR codes; new ones were asked for.',
  'inject-again': 'The page loaded itself anew while the library settled in; it settled in again.',
  'ask-for-line': 'The page was without its line for long; it was asked to connect again.',
  'reload-page': 'The page crashed and was loaded again.',
  'restart-browser': 'The browser is started anew.',
  'free-profile': 'The profile was not free for a new browser and was freed.',
  'wipe-profile': 'The link was removed: the browser was closed, its profile removed, a clean one is linked anew.',
  'take-over': 'WhatsApp Web was opened elsewhere; this session took over again, as it was told to.',
  'fetch-unheard': 'Messages that came while nobody listened were taken from the page.',
} as const satisfies Record<string, string>;

export type Remedy = keyof typeof REMEDIES;
