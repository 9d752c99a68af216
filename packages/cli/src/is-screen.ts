const WITH_VALUE: ReadonlySet<string> = new Set(['--data', '--host', '--token-file', '--screen']);
const WITHOUT: ReadonlySet<string> = new Set(['--quiet', '--no-color', '--standalone', '--screen-reader']);

/** True for a line without a command: only then is the screen wanted, and the parser of commands need not be loaded. */
export function isScreen(argv: readonly string[]): boolean {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (WITH_VALUE.has(word)) {
      at++;
      if (at >= argv.length) return false;
    } else if (!WITHOUT.has(word) && !WITH_VALUE.has(word.slice(0, word.indexOf('=')))) return false;
  }
  return true;
}
