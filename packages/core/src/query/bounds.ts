import type { Filter, Scalar } from './filter.ts';
import { compareScalars } from './scalars.ts';

interface Edge {
  readonly value: Scalar;
  readonly open: boolean;
}

/** What a filter says of one field at least: its value is among `values`, and between the edges. */
export interface Bounds {
  readonly values?: readonly Scalar[];
  readonly low?: Edge;
  readonly high?: Edge;
}

const dedupe = (values: readonly Scalar[]): readonly Scalar[] => [...new Set(values)].toSorted(compareScalars);

const higher = (left: Edge, right: Edge): Edge => {
  const order = compareScalars(left.value, right.value);
  return order > 0 || (order === 0 && left.open) ? left : right;
};
const lower = (left: Edge, right: Edge): Edge => {
  const order = compareScalars(left.value, right.value);
  return order < 0 || (order === 0 && left.open) ? left : right;
};

const both = (left: Bounds, right: Bounds): Bounds => {
  const values =
    left.values && right.values ? left.values.filter((value) => right.values?.includes(value)) : (left.values ?? right.values);
  const low = left.low && right.low ? higher(left.low, right.low) : (left.low ?? right.low);
  const high = left.high && right.high ? lower(left.high, right.high) : (left.high ?? right.high);
  return { ...(values && { values }), ...(low && { low }), ...(high && { high }) };
};

/**
 * The bounds that follow from the filter for each field it names: every document that the filter lets through is
 * within them. Where a filter says more than bounds can hold (alternatives, texts), it is still to be evaluated.
 */
export const boundsOf = (filter: Filter | undefined): ReadonlyMap<string, Bounds> => {
  const found = new Map<string, Bounds>();
  const add = (field: string, bounds: Bounds): void => {
    found.set(field, both(found.get(field) ?? {}, bounds));
  };
  const visit = (part: Filter): void => {
    if (part.op === 'all') part.filters.forEach(visit);
    else if (part.op === 'eq') add(part.field, { values: [part.value] });
    else if (part.op === 'in') add(part.field, { values: dedupe(part.values) });
    else if (part.op === 'gt' || part.op === 'gte') add(part.field, { low: { value: part.value, open: part.op === 'gt' } });
    else if (part.op === 'lt' || part.op === 'lte') add(part.field, { high: { value: part.value, open: part.op === 'lt' } });
  };
  if (filter) visit(filter);
  return found;
};

/** Does the value lie within? An edge admits only values of its own type, as `lt` and its kin do. */
export const within = (bounds: Bounds | undefined, value: Scalar): boolean => {
  if (!bounds) return true;
  if (bounds.values && !bounds.values.includes(value)) return false;
  return pastLow(bounds.low, value) && beforeHigh(bounds.high, value);
};

const pastLow = (edge: Edge | undefined, value: Scalar): boolean => {
  if (!edge) return true;
  const order = compareScalars(value, edge.value);
  return typeof value === typeof edge.value && (edge.open ? order > 0 : order >= 0);
};

const beforeHigh = (edge: Edge | undefined, value: Scalar): boolean => {
  if (!edge) return true;
  const order = compareScalars(value, edge.value);
  return typeof value === typeof edge.value && (edge.open ? order < 0 : order <= 0);
};

/** Can a value be null within these bounds? */
export const admitsNull = (bounds: Bounds | undefined): boolean => within(bounds, null);

/** Do the bounds say all that the filter says? */
export const isExact = (filter: Filter): boolean => {
  if (filter.op === 'all') return filter.filters.every(isExact);
  if (filter.op === 'eq' || filter.op === 'in') return true;
  return (filter.op === 'lt' || filter.op === 'lte' || filter.op === 'gt' || filter.op === 'gte') && filter.value !== null;
};
