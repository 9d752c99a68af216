export function lockFileProblems(lock: unknown): string[];
