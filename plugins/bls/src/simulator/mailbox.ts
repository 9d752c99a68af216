/** One mail as the inbox page shows it. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** The six digits in it. */
  readonly code: string;
  readonly at: number;
}

/** Mail that the site sends, by address. */
export function createMailbox(): {
  send(mail: Mail): void;
  /** Newest first. */
  of(address: string): readonly Mail[];
  all(): readonly Mail[];
} {
  const mails: Mail[] = [];
  const newest = (): Mail[] => mails.toReversed();
  return {
    send: (mail) => void mails.push(mail),
    of: (address) => newest().filter(({ to }) => to.toLowerCase() === address.toLowerCase()),
    all: newest,
  };
}
