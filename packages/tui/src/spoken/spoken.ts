/** What a screen or a dialog says to somebody who hears it: short, words before numbers, no signs. */
export interface Spoken {
  /** Where one is; said again only when it changes. */
  readonly place: string;
  /** The thing under the pointer, or the field. */
  readonly item?: string | undefined;
  /** What is being typed: its letters follow each other on one line. */
  readonly typed?: { readonly label: string; readonly text: string; readonly secret?: boolean } | undefined;
}

/** `item 3 of 10`, at the end: what it is comes first. */
export const itemOf = (text: string, index: number, total: number): string => `${text}. Item ${index + 1} of ${total}.`;
