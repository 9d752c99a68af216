import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, type Records } from '@muster/sdk';
import { z } from 'zod';
import { SIMULATOR_PROFILE } from './simulator-profile.ts';
import { SiteProfile } from './site-profile.ts';

/** What an operator said when they allowed a profile to be used. */
export interface Permission {
  readonly profile: string;
  /** Of the file as it was then: a changed file needs a new word. */
  readonly sha256: string;
  readonly statement: string;
  readonly by: string;
  readonly at: number;
}

export interface LoadedProfile {
  readonly profile: SiteProfile;
  /** It leads to the simulator on this machine: nobody is registered anywhere. */
  readonly simulated: boolean;
  readonly sha256: string;
}

export interface Profiles {
  /** NOT_FOUND, or BAD_INPUT with every place where the file is wrong. */
  load(id: string): Promise<LoadedProfile>;
  /** As `load`; PROFILE_DISABLED when it may not be used. */
  enabled(id: string): Promise<LoadedProfile>;
  enable(id: string, word: { readonly statement: string; readonly by: string }): Promise<Permission>;
  disable(id: string): Promise<void>;
  /** Ids of all, the bundled one first. */
  list(): Promise<readonly string[]>;
}

const MAX_BYTES = 1_000_000;
const BUNDLED = SIMULATOR_PROFILE.id;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createProfiles({
  directory,
  records,
  now,
}: {
  /** `<data>/plugin-data/bls/profiles`. */
  readonly directory: string;
  readonly records: Records<Permission>;
  readonly now: () => number;
}): Profiles {
  async function load(id: string): Promise<LoadedProfile> {
    if (id === BUNDLED) return { profile: SiteProfile.parse(SIMULATOR_PROFILE), simulated: true, sha256: '' };
    const path = join(directory, `${id}.json`);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new MusterError(
        'NOT_FOUND',
        `There is no site profile “${id}”: ${path} cannot be read. docs/bls.md says how to write one.`,
        {
          cause: error,
        },
      );
    });
    if (text.length > MAX_BYTES) throw new MusterError('TOO_LARGE', `${path} is larger than a site profile can be.`);
    const parsed = SiteProfile.safeParse(json(text, path));
    if (!parsed.success) throw new MusterError('BAD_INPUT', `${path} is no site profile. ${z.prettifyError(parsed.error)}`);
    if (parsed.data.id !== id)
      throw new MusterError('BAD_INPUT', `${path} says that its id is “${parsed.data.id}”; both must be the same.`);
    return { profile: parsed.data, simulated: false, sha256: digest(text) };
  }

  return {
    load,
    async enabled(id) {
      const loaded = await load(id);
      if (loaded.simulated) return loaded;
      const permission = (await records.get(id))?.data;
      if (permission?.sha256 === loaded.sha256) return loaded;
      const why = permission ? 'has changed since it was enabled' : 'is not enabled';
      throw new MusterError(
        'PROFILE_DISABLED',
        `The site profile “${id}” ${why}. Check it (muster run bls.check-profile), then enable it with your reasons: muster run bls.enable-profile --profile ${id} --statement … --by ….`,
      );
    },
    async enable(id, { statement, by }) {
      const { simulated, sha256 } = await load(id);
      const permission = { profile: id, sha256, statement, by, at: now() };
      // Always enabled: there is nothing to allow.
      if (simulated) return permission;
      await records.commit([{ put: { key: id, group: 'permission', at: now(), data: permission } }]);
      return permission;
    },
    async disable(id) {
      if (await records.get(id)) await records.commit([{ remove: id }]);
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      return [BUNDLED, ...names.flatMap((name) => /^([a-z0-9][a-z0-9-]{0,49})\.json$/.exec(name)?.[1] ?? []).toSorted()];
    },
  };
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MusterError('BAD_INPUT', `${path} is no JSON: ${(error as Error).message}`);
  }
}
