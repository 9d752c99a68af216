import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';

/** `sun_path` holds 108 bytes with its end; a longer path is cut without a word by some systems. */
const LONGEST = 107;

/** Ours, a real folder, closed to others: or somebody else could put a socket of his own there. */
async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  });
  const facts = await lstat(path);
  const uid = process.getuid?.() ?? facts.uid;
  if (!facts.isDirectory() || facts.uid !== uid) {
    throw new MusterError(
      'DATA_DIR',
      `${path} should be a folder of this user, for the host's socket. Have it removed, or set XDG_RUNTIME_DIR.`,
    );
  }
  if ((facts.mode & 0o077) !== 0) await chmod(path, 0o700);
}

/** Where the socket of a data directory goes: a short path in the user's runtime folder, made ready to bind. */
export async function prepareSocketPath(directory: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  const runtime = env['XDG_RUNTIME_DIR'];
  const uid = process.getuid?.() ?? 0;
  const usable =
    runtime !== undefined &&
    runtime.startsWith('/') &&
    (await lstat(runtime).then(
      (facts) => facts.isDirectory() && facts.uid === uid,
      () => false,
    ));
  const base = usable ? join(runtime, 'muster') : join(tmpdir(), `muster-${uid}`);
  const folder = join(base, hash);
  const path = join(folder, 'host.sock');
  if (Buffer.byteLength(path) > LONGEST) {
    throw new MusterError(
      'DATA_DIR',
      `The path ${path} is too long for a socket. Set XDG_RUNTIME_DIR or TMPDIR to a shorter one.`,
    );
  }
  await privateFolder(base);
  await privateFolder(folder);
  return path;
}
