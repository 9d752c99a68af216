import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';

/** Endings that are given; anything else is `.bin`. What a sender calls a file never becomes a path. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'video/quicktime': 'mov',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/vcard': 'vcf',
};

const NAME = /^[0-9a-f]{32}\.[a-z0-9]{2,4}$/;

const DRAFT = '.part';

/** A file that is not kept yet. */
export interface Draft {
  readonly path: string;
  readonly bytes: number;
}

export const baseMime = (mime: string): string => (mime.split(';')[0] ?? '').trim().toLowerCase();

/** The files of one session, in a folder of its own (0700), each 0600 and under a name that says nothing of its sender. */
export class MediaFiles {
  readonly #folder: string;
  #cleaned: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes what comes, piece by piece; it is a draft until it is kept. TOO_LARGE over `most` bytes. */
  async draft(pieces: AsyncIterable<Buffer>, most: number): Promise<Draft> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await (this.#cleaned ??= this.#removeDrafts());
    const path = join(this.#folder, `${randomUUID()}${DRAFT}`);
    const file = await open(path, 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const piece of pieces) {
        bytes += piece.length;
        if (bytes > most) throw new MusterError('TOO_LARGE', `The file has more than ${most} bytes.`);
        await file.writeFile(piece);
      }
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { path, bytes };
  }

  /** Gives the file's name. The same message has the same name. */
  async keep({ path }: Draft, { message, mime }: { readonly message: string; readonly mime: string }): Promise<string> {
    const ending = ENDINGS[baseMime(mime)] ?? 'bin';
    const name = `${createHash('sha256').update(message).digest('hex').slice(0, 32)}.${ending}`;
    await rename(path, this.path(name));
    return name;
  }

  /** One that was kept is a draft no more, and stays. */
  async drop({ path }: Draft): Promise<void> {
    await rm(path, { force: true });
  }

  /** A host that was killed left them. */
  async #removeDrafts(): Promise<void> {
    for (const name of await readdir(this.#folder)) if (name.endsWith(DRAFT)) await rm(join(this.#folder, name), { force: true });
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  /** BAD_INPUT for what `save` never gave. */
  path(name: string): string {
    if (!NAME.test(name)) throw new MusterError('BAD_INPUT', 'This is no name of a kept file.');
    return join(this.#folder, name);
  }
}

/** Where the files of a session are, below the plugin's own folder. */
export const mediaFolder = (directory: string, clientId: string): string => join(directory, 'media', clientId);
