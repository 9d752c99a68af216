/**
 * File operations of the stores. What is written may vanish in a power cut until `sync`; a new, renamed or removed name, until
 * `syncDirectory` of its folder. Files are made 0600 and folders 0700. Errors are the system's own, with their `code`.
 */
export interface Files {
  /** Names in the folder, in no order. */
  list(directory: string): Promise<string[]>;
  /** With its parents; does nothing when it is there. */
  makeDirectory(directory: string): Promise<void>;
  /** `create` starts an empty file, in place of one that is there; `change` opens one that is there for reading and writing. */
  open(path: string, mode: 'read' | 'change' | 'create'): Promise<OpenFile>;
  /** Replaces what `to` names. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
}

export interface OpenFile {
  size(): Promise<number>;
  /** At most `into.length` bytes from `position`; returns how many, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes at the position, at once; returns how many bytes the system took, which may be fewer. */
  writeNow(bytes: Uint8Array, position: number): number;
  /** As `writeNow`, off the event loop. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Until it resolves, nothing written is safe. After it failed, nothing written through this handle ever is. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
