/** Reads one file's text, piece by piece, into findings. */
export interface TextReader {
  push(piece: string): void;
  end(): void;
  /** The name of the shape. Ask at the end. */
  format(): string;
}
