import { clamp, windowTop } from '@muster/sdk/ui';
import { createStore, type Store } from './store.ts';

/** Rows asked for at once. */
const PAGE = 100;
/** Pages kept, those nearest to the cursor. */
const KEPT_PAGES = 12;
const AT_ONCE = 2;

export interface ListView<Query> {
  readonly query: Query;
  /** Rows that the query finds; -1 until the host said. */
  readonly total: number;
  readonly cursor: number;
  readonly top: number;
  /** Rows in view. */
  readonly height: number;
  /** Why the query could not be answered. */
  readonly error: unknown;
  /** Grows when rows arrived. */
  readonly version: number;
}

/**
 * A window into a list of any size: it asks the host for what is shown and a page around it, and for nothing else. A query that is
 * overtaken by another is called off.
 */
export interface ListWindow<Row, Query> {
  readonly view: Store<ListView<Query>>;
  readonly row: (index: number) => Row | undefined;
  readonly current: () => Row | undefined;
  readonly setQuery: (query: Query) => void;
  readonly setHeight: (rows: number) => void;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  /** What is shown is kept until newer rows come. */
  readonly refresh: () => void;
  readonly close: () => void;
}

export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface ListWindowOptions<Row, Query> {
  readonly start: Query;
  readonly fetch: (
    query: Query,
    range: { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<Page<Row>>;
}

/** Rows that are as they were stay the same objects: they need not be drawn again. */
function keepSame<Row>(before: readonly Row[], rows: readonly Row[]): readonly Row[] {
  return rows.map((row, index) => {
    const old = before[index];
    return old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
}

export function createListWindow<Row extends { readonly id: string }, Query>({
  start,
  fetch,
}: ListWindowOptions<Row, Query>): ListWindow<Row, Query> {
  const view = createStore<ListView<Query>>({ query: start, total: -1, cursor: 0, top: 0, height: 20, error: null, version: 0 });
  let pages = new Map<number, readonly Row[]>();
  let stale = new Set<number>();
  let stop = new AbortController();
  const asked = new Set<number>();
  let cursorId: string | undefined;

  const row = (index: number): Row | undefined => pages.get(Math.floor(index / PAGE))?.[index % PAGE];

  const needed = (): number[] => {
    const { top, height, total } = view.get();
    const first = Math.floor(Math.max(0, top - height) / PAGE);
    const end = total < 0 ? top + height : Math.min(total, top + 2 * height);
    const last = Math.floor(Math.max(0, end - 1) / PAGE);
    const shown = Math.floor(top / PAGE);
    const list = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return list.toSorted((a, b) => Math.abs(a - shown) - Math.abs(b - shown));
  };

  const drop = (): void => {
    const at = Math.floor(view.get().cursor / PAGE);
    const nearest = [...pages.keys()].toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at));
    for (const page of nearest.slice(KEPT_PAGES)) pages.delete(page);
  };

  /** The pointer stays on its row when rows moved under it: a key must not hit another one. */
  const follow = (): void => {
    const { cursor, top, total, height } = view.get();
    const here = row(cursor);
    if (cursorId === undefined || here === undefined || here.id === cursorId) {
      cursorId = here?.id ?? cursorId;
      return;
    }
    for (const [page, rows] of pages) {
      const found = rows.findIndex((one) => one.id === cursorId);
      if (found < 0) continue;
      const next = page * PAGE + found;
      view.update((state) => ({
        ...state,
        cursor: next,
        top: windowTop({ cursor: next, top: top + next - cursor, height, total }),
      }));
      return;
    }
    cursorId = here.id;
  };

  const arrived = (page: number, rows: readonly Row[], total: number): void => {
    pages.set(page, keepSame(pages.get(page) ?? [], rows));
    stale.delete(page);
    drop();
    const { cursor, top, height, version } = view.get();
    const kept = clamp(cursor, 0, Math.max(0, total - 1));
    const newTop = windowTop({ cursor: kept, top, height, total });
    view.update((state) => ({ ...state, total, cursor: kept, top: newTop, error: null, version: version + 1 }));
    follow();
  };

  const fetchPage = async (page: number, signal: AbortSignal): Promise<void> => {
    asked.add(page);
    try {
      const answer = await fetch(view.get().query, { offset: page * PAGE, limit: PAGE }, signal);
      if (!signal.aborted) arrived(page, answer.rows, answer.total);
    } catch (thrown) {
      if (signal.aborted) return;
      stale.delete(page);
      view.update((state) => ({ ...state, error: thrown, total: Math.max(0, state.total) }));
    } finally {
      if (!signal.aborted) {
        asked.delete(page);
        pump();
      }
    }
  };

  function pump(): void {
    if (view.get().error !== null) return;
    for (const page of needed()) {
      if (asked.size >= AT_ONCE) return;
      if (asked.has(page) || (pages.has(page) && !stale.has(page))) continue;
      const { total } = view.get();
      if (total >= 0 && page > 0 && page * PAGE >= total) continue;
      void fetchPage(page, stop.signal);
    }
  }

  const restart = (): void => {
    stop.abort();
    stop = new AbortController();
    asked.clear();
  };

  const moveTo = (index: number): void => {
    view.update((state) => {
      const cursor = clamp(index, 0, Math.max(0, state.total - 1));
      return { ...state, cursor, top: windowTop({ cursor, top: state.top, height: state.height, total: state.total }) };
    });
    cursorId = row(view.get().cursor)?.id;
    pump();
  };

  pump();
  return {
    view,
    row,
    current: () => row(view.get().cursor),
    setQuery(query) {
      restart();
      pages = new Map();
      stale = new Set();
      cursorId = undefined;
      view.update((state) => ({ ...state, query, cursor: 0, top: 0, total: -1, error: null, version: state.version + 1 }));
      pump();
    },
    setHeight(rows) {
      const { height, cursor, top, total } = view.get();
      if (rows === height || rows < 1) return;
      view.update((state) => ({ ...state, height: rows, top: windowTop({ cursor, top, height: rows, total }) }));
      pump();
    },
    move: (rows) => moveTo(view.get().cursor + rows),
    moveTo,
    refresh() {
      stale = new Set(pages.keys());
      view.update((state) => (state.error === null ? state : { ...state, error: null }));
      pump();
    },
    close: restart,
  };
}
