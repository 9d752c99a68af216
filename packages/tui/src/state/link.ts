/** The line to the host. What the screen shows stays while it is lost. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number; readonly attempt: number; readonly reason: string }
  /** Trying again cannot help: the host refuses this client. */
  | { readonly kind: 'refused'; readonly reason: string };
