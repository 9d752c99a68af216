/** Is it a time zone that this machine knows: `Asia/Riyadh`, `UTC`? */
export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
