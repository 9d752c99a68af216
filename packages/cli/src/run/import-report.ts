import type { ImportLine } from '@muster/api';
import { createRefusals, type Refusals } from './refusals.ts';
import type { ObjectSchema } from './schema-flags.ts';

export interface ImportConflict {
  readonly file: string;
  readonly line: number;
  readonly account: string;
  /** The file that came first, or `roster`. */
  readonly with: string;
}

export interface FileReport {
  readonly file: string;
  readonly format: string | null;
  readonly encoding: string | null;
  readonly rejected: Refusals;
  readonly warnings: readonly string[];
}

export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly conflicts: readonly ImportConflict[];
}

export interface Outcome {
  readonly line: number;
  readonly label: string;
  readonly outcome: string;
}

export interface CollectorOptions {
  /** Nothing is stored, so the files of the same run are compared here: what they hold is remembered up to the last one. */
  readonly dryRun: boolean;
  readonly files: number;
  /** Is told every account, with all fields of the schema. */
  readonly onAccount?: ((account: Readonly<Record<string, unknown>>) => void) | undefined;
  /** Keep the lines that are refused. */
  readonly keepRefusals: boolean;
  readonly showSecrets: boolean;
}

interface Mutable {
  file: string;
  format: string | null;
  encoding: string | null;
  readonly rejected: Refusals;
  warnings: string[];
}

const MASK = '********';

/** Puts together what the host says of several files, line by line. */
export class ImportCollector {
  readonly #fields: readonly string[];
  readonly #secrets: ReadonlySet<string>;
  readonly #options: CollectorOptions;
  readonly #files: Mutable[] = [];
  readonly #conflicts: ImportConflict[] = [];
  readonly #seen = new Map<string, { readonly file: string; readonly secrets: readonly unknown[] }>();

  constructor(schema: ObjectSchema, options: CollectorOptions) {
    const fields = Object.entries(schema.properties ?? {});
    this.#fields = fields.map(([name]) => name);
    this.#secrets = new Set(fields.flatMap(([name, { secret }]) => (secret ? [name] : [])));
    this.#options = options;
  }

  startFile(file: string): void {
    this.#files.push({ file, format: null, encoding: null, rejected: createRefusals(), warnings: [] });
  }

  /** Takes one line of the answer; returns the outcome of an account, with what other files of this run said of it. */
  take(line: ImportLine): Outcome | undefined {
    const current = this.#files.at(-1);
    if (current === undefined) throw new Error('a line before its file');
    if (line.kind === 'file') {
      current.format = line.format;
      current.encoding = line.encoding;
    } else if (line.kind === 'rejected') this.#refuse(current, line.line, line.reason);
    else if (line.kind === 'warning') {
      if (!current.warnings.includes(line.reason)) current.warnings.push(line.reason);
    } else if (line.kind === 'account') return this.#account(current, line);
    return undefined;
  }

  #refuse(file: Mutable, line: number, reason: string): void {
    if (this.#options.keepRefusals) file.rejected.add(line, reason);
  }

  report(): ImportReport {
    return { files: this.#files, conflicts: this.#conflicts };
  }

  #account(current: Mutable, { line, label, outcome, data }: ImportLine & { readonly kind: 'account' }): Outcome {
    if (outcome === 'duplicate') {
      this.#refuse(current, line, 'duplicate');
      return { line, label, outcome };
    }
    this.#options.onAccount?.(Object.fromEntries(this.#fields.map((name) => [name, this.#show(name, data[name])])));
    const before = this.#options.dryRun && this.#options.files > 1 ? this.#remember(current.file, label, data) : undefined;
    if (before?.clashes || outcome === 'conflict') {
      this.#conflicts.push({ file: current.file, line, account: label, with: before?.clashes ? before.file : 'roster' });
      return { line, label, outcome: 'conflict' };
    }
    return { line, label, outcome: before !== undefined && outcome === 'new' ? 'unchanged' : outcome };
  }

  /** What an earlier file of this run held for the account; the first one counts. */
  #remember(
    file: string,
    label: string,
    data: Readonly<Record<string, unknown>>,
  ): { readonly file: string; readonly clashes: boolean } | undefined {
    const secrets = [...this.#secrets].map((name) => data[name] ?? null);
    const before = this.#seen.get(label.toLowerCase());
    if (before === undefined && this.#files.length < this.#options.files) this.#seen.set(label.toLowerCase(), { file, secrets });
    // A file without a secret says nothing against one that has it.
    const clashes = before?.secrets.some((known, at) => known !== null && secrets[at] !== null && known !== secrets[at]);
    return before && { file: before.file, clashes: clashes === true };
  }

  #show(name: string, value: unknown): unknown {
    if (value === undefined || value === null) return null;
    return this.#secrets.has(name) && !this.#options.showSecrets ? MASK : value;
  }
}
