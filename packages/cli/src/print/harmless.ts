/** Letters in bold and colour, as this program writes them, and what else may steer a terminal. */
// oxlint-disable-next-line no-control-regex -- what must not come through
const STEERING = /(\u001b\[[\d;]{1,20}m)|(?!\r?\n|\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text as it may be written to a terminal, whatever it was made of: the last line of defence behind `safeText`. */
export const harmless = (text: string): string => text.replace(STEERING, (_all, style?: string) => style ?? '\ufffd');

/** For commander, whose help holds words of plugins. */
export const QUIET_HELP = {
  outputError: (): void => undefined,
  writeOut: (text: string): void => void process.stdout.write(harmless(text)),
} as const;
