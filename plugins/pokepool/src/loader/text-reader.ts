/** Reads one file's text, piece by piece, into findings. */
export interface TextReader {
  push(piece: string): void;
  /** It costs it nothing to be given a long piece as many short ones. */
  readonly takesParts?: boolean;
  end(): void;
  /** The name of the shape. Ask at the end. */
  format(): string;
}
