import { definePluginTests } from '@muster/sdk/testing';
import { demoApplicants } from './demo.ts';
import bls from './index.ts';
import { answerLikeAPerson } from './testing/person.ts';

definePluginTests(bls, {
  accounts: demoApplicants(3),
  inputs: {
    create: {},
    'retry-failed': {},
    deactivate: {},
    'record-consent': { statement: 'Signed the form of the agency on paper' },
    'check-profile': {},
    'enable-profile': { profile: 'simulator', statement: 'It is the simulator of this machine and harms nobody', by: 'A person' },
    'disable-profile': { profile: 'other' },
    'resume-site': {},
  },
  answer: (prompt, simulator) => answerLikeAPerson(prompt, simulator.url),
});
