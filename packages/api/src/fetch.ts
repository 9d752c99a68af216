/** The part of `fetch` that a client needs. An app's own `fetch` fits, and so does the global one. */
export interface Fetch {
  (url: string, init?: RequestInit): Promise<Response>;
  close?(): Promise<void>;
}
