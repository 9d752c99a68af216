export type Scalar = string | number | boolean | null;

/** A filter as data: evaluated in memory or compiled to SQL. `field` is a dotted path into the document. */
export type Filter =
  | { readonly op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'; readonly field: string; readonly value: Scalar }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly Scalar[] }
  /** The array at `field` holds the value (compared without case). */
  | { readonly op: 'has'; readonly field: string; readonly value: string }
  /** Text at `field` contains, without case. */
  | { readonly op: 'contains'; readonly field: string; readonly value: string }
  /** The first 200 characters of the text at `field` match the regular expression, without case. */
  | { readonly op: 'matches'; readonly field: string; readonly pattern: string }
  | { readonly op: 'all' | 'any'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter };

export const all = (...filters: (Filter | undefined)[]): Filter => {
  const kept = filters.filter((filter) => filter !== undefined);
  return kept.length === 1 ? (kept[0] as Filter) : { op: 'all', filters: kept };
};
export const eq = (field: string, value: Scalar): Filter => ({ op: 'eq', field, value });
export const oneOf = (field: string, values: readonly Scalar[]): Filter => ({ op: 'in', field, values });
export const between = (field: string, min?: number, max?: number): Filter | undefined => {
  if (min === undefined && max === undefined) return undefined;
  return all(
    min === undefined ? undefined : { op: 'gte', field, value: min },
    max === undefined ? undefined : { op: 'lte', field, value: max },
  );
};
