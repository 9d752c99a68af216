export const SIMULATOR_FAULTS = ['rate-limit', 'server-error', 'timeout', 'bad-credentials'] as const;
export type SimulatorFault = (typeof SIMULATOR_FAULTS)[number];

/** A real server on 127.0.0.1 that speaks the provider's contract. */
export interface Simulator {
  readonly url: string;
  /** The plugin's config that points at this simulator. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Makes the next `count` requests fail in this way. */
  fault(kind: SimulatorFault, count?: number): void;
  /** What the simulator saw, for tests to read back. */
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Default export of a simulator module. `knobs` is validated by its schema; `port` 0 takes any free one. */
export interface SimulatorModule {
  readonly default: (options?: {
    readonly port?: number;
    readonly knobs?: Readonly<Record<string, unknown>>;
  }) => Promise<Simulator>;
}
