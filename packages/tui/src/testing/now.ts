/** The time of day in tests: noon, so that what is an hour away is today in every zone; it stands still. */
export const NOW = new Date(2026, 10, 21, 12, 0).getTime();
