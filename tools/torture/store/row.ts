/** One line of the report: what was done to the store, what came of it, and whether that is as promised. */
export interface Row {
  readonly name: string;
  readonly figure: string;
  readonly holds: boolean;
}
