import type { Plugin } from 'esbuild';

export declare const REPLACEMENTS: Readonly<Record<string, readonly (readonly [before: string, after: string])[]>>;
export declare function patched(file: string, source: string): string;
export declare const inkPatch: Plugin;
