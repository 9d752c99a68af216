import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
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

export const baseMime = (mime: string): string => (mime.split(';')[0] ?? '').trim().toLowerCase();

/** The files of one session, in a folder of its own (0700), each 0600 and under a name that says nothing of its sender. */
export class MediaFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whole or not at all; gives the file's name. The same message has the same name. */
  async save(messageId: string, { mime, bytes }: { readonly mime: string; readonly bytes: Buffer }): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const ending = ENDINGS[baseMime(mime)] ?? 'bin';
    const name = `${createHash('sha256').update(messageId).digest('hex').slice(0, 32)}.${ending}`;
    const path = this.path(name);
    await rm(path, { force: true });
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return name;
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
