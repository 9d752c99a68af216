import type { z } from 'zod';
import type * as s from './schemas.ts';

/** What one operation takes and gives. */
export interface RouteDefinition {
  readonly summary: string;
  /** What a token must be allowed to call it. */
  readonly scope: z.output<typeof s.Scope>;
  /** A token that is limited to sessions may call it, and is answered only as far as it reaches. */
  readonly limited?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** JSON unless `stream` says otherwise. */
  readonly response: z.ZodType;
  /** `ndjson`: one value of `response` a line; `sse`: one an event; `bytes`: raw; `upload`: the request body is the file, the answer NDJSON. */
  readonly stream?: 'ndjson' | 'sse' | 'bytes' | 'upload';
}
