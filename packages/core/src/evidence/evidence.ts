/** A file that a task kept for whoever looks into a failure. */
export interface EvidenceFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When it was kept, in ms since the epoch. */
  readonly at: number;
}

/** Files about tasks: `<data>/evidence/<job>/<task>/`, for their owner only, kept for a set time. */
export interface Evidence {
  /**
   * Keeps one more file and gives its path; a name that is there already gets a number. Known secrets are masked in a text,
   * not in bytes. BAD_INPUT for a name that is none, TOO_LARGE.
   */
  keep(of: { readonly job: string; readonly task: string }, name: string, content: Uint8Array | string): Promise<string>;
  /** By task, the oldest first; only tasks that have some, and of `among` where that is given. */
  list(job: string, among?: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly EvidenceFile[]>>;
  /** What is in a file. NOT_FOUND when there is none of that name, BAD_INPUT for what is no name. */
  read(of: { readonly job: string; readonly task: string }, name: string): Promise<Uint8Array>;
  /** Removes what is older than the set time; how many files. */
  sweep(): Promise<number>;
  /** Sweeps now and then daily. */
  start(): void;
  stop(): Promise<void>;
}
