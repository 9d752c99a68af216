export function ensureSystemBrowser(options: {
  readonly noted: string;
  readonly path?: string;
  readonly uid?: number;
  readonly anywhere?: boolean;
  readonly say?: (message: string) => void;
}): Promise<void>;
