import { MusterError, safeText, type Tone, type ViewContent, type ViewContext } from '@muster/sdk';
import { TARGET_STATES, type TargetState } from '../campaigns/campaign.ts';
import type { CampaignReport } from '../campaigns/campaigns.ts';
import type { WhatsAppService } from '../service-api.ts';
import type { Account, Config } from '../schemas.ts';

const TONES: Partial<Record<TargetState, Tone>> = {
  delivered: 'good',
  read: 'good',
  uncertain: 'warn',
  failed: 'bad',
  skipped: 'dim',
  'opted-out': 'dim',
};
const NOT_REACHED: readonly TargetState[] = ['uncertain', 'failed', 'skipped', 'opted-out'];
const MOST = 200;

/** All campaigns; one of them with its progress, and whom it did not reach, when it is chosen. */
export default async function campaigns(context: ViewContext<Config, Account>): Promise<ViewContent> {
  const { campaigns: service } = await context.service<WhatsAppService>();
  const name = context.params['campaign'];
  const all = await service.list();
  const choices = all.map((one) => ({ title: `${one.name} (${one.state})`, params: { campaign: one.name } }));
  const chosen = name === undefined ? undefined : all.find((one) => one.name === name);
  if (name !== undefined && !chosen) throw new MusterError('NOT_FOUND', `There is no campaign ${safeText(name, 100)}.`);
  if (!chosen) return { sections: [tableOf(all)], choices };
  const missed = await Promise.all(NOT_REACHED.map((state) => service.targets.list(chosen.name, state, MOST)));
  const held = Object.entries(chosen.held).map(([label, value]) => ({ label, value, tone: 'warn' as const }));
  return {
    sections: [
      {
        kind: 'facts',
        title: chosen.name,
        facts: [
          { label: 'state', value: chosen.state, tone: chosen.state === 'running' ? 'good' : 'plain' },
          { label: 'contacts', value: chosen.total },
          { label: 'opted out, of all', value: await service.optOuts.count() },
          ...held,
        ],
      },
      {
        kind: 'bars',
        title: 'Progress',
        bars: TARGET_STATES.map((state) => ({
          label: state,
          value: chosen.progress[state],
          of: chosen.total,
          tone: TONES[state] ?? 'plain',
        })),
      },
      {
        kind: 'table',
        title: 'Not reached',
        columns: [
          { key: 'number', title: 'Number' },
          { key: 'state', title: 'State' },
          { key: 'why', title: 'Why' },
        ],
        rows: missed
          .flat()
          .slice(0, MOST)
          .map(({ data }) => ({ number: data.number, state: data.state, why: data.why ?? null })),
      },
    ],
    choices,
  };
}

const tableOf = (all: readonly CampaignReport[]): ViewContent['sections'][number] => ({
  kind: 'table',
  title: 'Campaigns',
  columns: [
    { key: 'name', title: 'Name' },
    { key: 'state', title: 'State' },
    { key: 'total', title: 'Contacts', align: 'right' },
    { key: 'out', title: 'Sent', align: 'right' },
    { key: 'read', title: 'Read', align: 'right' },
    { key: 'doubt', title: 'Uncertain', align: 'right' },
    { key: 'waiting', title: 'Waiting', align: 'right' },
    { key: 'held', title: 'Held by' },
  ],
  rows: all.map(({ name, state, total, progress, held }) => ({
    name,
    state,
    total,
    out: progress.pending + progress.sent + progress.delivered + progress.read,
    read: progress.read,
    doubt: progress.uncertain,
    waiting: progress.waiting + progress.claimed,
    held: [...new Set(Object.values(held))].join('; ') || null,
  })),
});
