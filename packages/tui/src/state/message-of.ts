/** What a thrown value says to a person. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Nobody answered: the screen says so by itself. */
export const isHostGone = (thrown: unknown): boolean => (thrown as { code?: unknown } | null)?.code === 'HOST_GONE';
