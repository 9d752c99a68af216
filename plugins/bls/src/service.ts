import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginService, ServiceContext } from '@muster/sdk';
import { createProfiles, type Permission, type Profiles } from './profile/profiles.ts';
import type { Account, Config } from './schemas.ts';
import { createAttempts, type Attempt, type Attempts } from './service/attempts.ts';
import { openBrowsers, type Browsers } from './service/browsers.ts';
import { createJournal, type Claim, type Journal } from './service/journal.ts';
import { createSiteGate, type SiteGate, type SiteState } from './service/site-gate.ts';

/** What tasks, paths and views of this plugin share. */
export interface BlsService extends PluginService {
  readonly profiles: Profiles;
  readonly journal: Journal;
  readonly attempts: Attempts;
  browsers(): Browsers;
  /** The door of one site, by its host. */
  gate(site: string): Promise<SiteGate>;
  /** Doors that were opened, by site. */
  gates(): ReadonlyMap<string, SiteGate>;
}

type Context = ServiceContext<Config, Account>;

export default async function openService(context: Context): Promise<BlsService> {
  const { directory, now } = context;
  const profilesDirectory = join(directory, 'profiles');
  await mkdir(profilesDirectory, { recursive: true, mode: 0o700 });
  const gates = new Map<string, Promise<SiteGate>>();
  const opened = new Map<string, SiteGate>();
  // Ends what a killed host left, at once; the first browser is started by the first task.
  const browsers = await openBrowsers({
    directory,
    config: () => context.config(),
    now,
    tell: (level, message) => context.event({ type: 'browser.changed', level, message }),
  });

  const openGate = async (site: string): Promise<SiteGate> => {
    const gate = await createSiteGate({
      site,
      records: context.records<SiteState>('site'),
      now,
      sleep: (ms, signal) => context.sleep(ms, signal),
      tell: (message, fields) => context.event({ type: 'site.paused', level: 'warn', message, fields }),
    });
    opened.set(site, gate);
    return gate;
  };

  return {
    profiles: createProfiles({ directory: profilesDirectory, records: context.records<Permission>('permission'), now }),
    journal: createJournal(context.records<Claim>('claim'), now),
    attempts: createAttempts(context.records<Attempt>('attempt'), now),
    browsers: () => browsers,
    gate(site) {
      const known = gates.get(site) ?? openGate(site);
      gates.set(site, known);
      return known;
    },
    gates: () => opened,
    close: () => browsers.close(),
  };
}
