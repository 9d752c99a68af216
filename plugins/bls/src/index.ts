import { definePlugin } from '@muster/sdk';
import { demoApplicants } from './demo.ts';
import { routes } from './http/routes.ts';
import {
  Account,
  CheckProfileInput,
  Config,
  ConsentInput,
  CreateInput,
  DeactivateInput,
  DisableProfileInput,
  EnableProfileInput,
  ImportOptions,
  MAX_ATTEMPTS,
  ResumeSiteInput,
} from './schemas.ts';

/** Registers applicants at a visa centre, many at a time, each once; people answer what only people may answer. */
export default definePlugin({
  id: 'bls',
  title: 'BLS',
  config: Config,
  account: Account,
  identity: [['email'], ['passportNumber']],
  label: ({ email }) => email,
  statuses: {
    created: 'ready',
    bls_creating: 'ready',
    bls_created: 'ready',
    bls_failed: 'failed',
    inactive: 'paused',
  },
  actions: {
    create: {
      title: 'Create',
      description: 'Register the applicant at the site; a person answers captcha and code.',
      input: CreateInput,
      afterCrash: 'again',
      maxAttempts: MAX_ATTEMPTS,
      concurrency: 5,
      run: async (ctx) => (await import('./register/register.ts')).register(ctx),
    },
    'retry-failed': {
      title: 'Retry failed',
      description: 'As Create, for those of the selection that failed.',
      input: CreateInput,
      // Also what an interrupted task left in the middle.
      forStatuses: ['bls_failed', 'bls_creating'],
      afterCrash: 'again',
      maxAttempts: MAX_ATTEMPTS,
      concurrency: 5,
      run: async (ctx) => (await import('./actions/retry-failed.ts')).retryFailed(ctx),
    },
    deactivate: {
      title: 'Deactivate',
      description: 'Take it out of use until it is enabled again.',
      input: DeactivateInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/deactivate.ts')).deactivate(ctx),
    },
    'record-consent': {
      title: 'Record consent',
      description: 'Write down what the applicant agreed to; needed before any live site.',
      input: ConsentInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/deactivate.ts')).recordConsent(ctx),
    },
  },
  pluginActions: {
    'check-profile': {
      title: 'Check profile',
      description: 'Open the pages of a site profile and say which selectors they lack; nothing is sent.',
      input: CheckProfileInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/check-profile.ts')).checkProfile(ctx),
    },
    'enable-profile': {
      title: 'Enable profile',
      description: 'Allow a site profile of yours to be used, with your reasons.',
      input: EnableProfileInput,
      afterCrash: 'again',
      dangerous: true,
      run: async (ctx) => (await import('./actions/profiles.ts')).enableProfile(ctx),
    },
    'disable-profile': {
      title: 'Disable profile',
      description: 'A site profile may no longer be used.',
      input: DisableProfileInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/profiles.ts')).disableProfile(ctx),
    },
    'resume-site': {
      title: 'Resume site',
      description: 'Visit a site again that turned us away, before its pause is over.',
      input: ResumeSiteInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/profiles.ts')).resumeSite(ctx),
    },
  },
  http: { routes, load: () => import('./http.ts') },
  views: { statistics: { title: 'Statistics', about: 'plugin', load: () => import('./views/statistics.ts') } },
  import: { options: ImportOptions, load: () => import('./import.ts') },
  exports: { csv: () => import('./export-csv.ts') },
  // Opened with the host: browsers that a killed one left are ended then.
  service: { atStart: () => true, load: () => import('./service.ts') },
  demo: demoApplicants,
  simulator: () => import('./simulator.ts'),
});
