import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';

const MAX_BYTES = 5 * 1_024 * 1_024;
const KINDS = [
  { extension: 'png', magic: [0x89, 0x50, 0x4e, 0x47] },
  { extension: 'jpg', magic: [0xff, 0xd8, 0xff] },
] as const;

/** Pictures of questions, as files that only the owner can read; a person may open them by hand. */
export interface PromptImages {
  /** Returns the file's name. BAD_INPUT when it is neither PNG nor JPEG, TOO_LARGE beyond 5 MB. */
  save(id: string, image: Uint8Array): Promise<string>;
  read(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
  /** What a dead host left. */
  removeAll(): Promise<void>;
}

export function createPromptImages(directory: string): PromptImages {
  return {
    async save(id, image) {
      const kind = KINDS.find(({ magic }) => magic.every((byte, at) => image[at] === byte));
      if (!kind) throw new MusterError('BAD_INPUT', 'image: the picture of a question must be PNG or JPEG.');
      if (image.length > MAX_BYTES) {
        throw new MusterError(
          'TOO_LARGE',
          `image: the picture of a question has ${image.length} bytes, more than the ${MAX_BYTES} allowed.`,
        );
      }
      const name = `${id}.${kind.extension}`;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(join(directory, name), image, { mode: 0o600, flag: 'wx' });
      return name;
    },
    async read(name) {
      try {
        return await readFile(join(directory, name));
      } catch (error) {
        // It was answered while it was being asked for.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    remove: (name) => rm(join(directory, name), { force: true }),
    async removeAll() {
      const names = await readdir(directory).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      });
      const ours = names.filter((name) => KINDS.some(({ extension }) => name.endsWith(`.${extension}`)));
      await Promise.all(ours.map((name) => rm(join(directory, name), { force: true })));
    },
  };
}
