import { open } from 'node:fs/promises';
import { MusterError, toMusterError, type PluginTaskContext } from '@muster/sdk';
import type { WhatsAppService } from '../service-api.ts';
import { chatIdOf } from '../messages/chat-id.ts';
import type { CampaignInput, CampaignNameInput, ImportContactsInput, OptOutInput } from '../inputs.ts';
import type { Account, Config } from '../schemas.ts';

type Context<TInput> = PluginTaskContext<Config, Account, TInput>;

const MAX_FILE = 64 * 1_048_576;

const campaignsOf = async <TInput>(ctx: Context<TInput>): Promise<WhatsAppService['campaigns']> =>
  (await ctx.service<WhatsAppService>()).campaigns;

const once = async <T>(ctx: Context<unknown>, work: () => Promise<T>): Promise<T> => {
  ctx.progress(0, 1);
  const result = await work();
  ctx.progress(1, 1);
  return result;
};

export const importContacts = (ctx: Context<ImportContactsInput>): Promise<unknown> =>
  once(ctx, async () => {
    const { file, list, source } = ctx.input;
    const text = await readText(file);
    return (await campaignsOf(ctx)).contacts.import({ list, text, source });
  });

/** Started once under its name: a task that runs again finds its own campaign. */
export const startCampaign = (ctx: Context<CampaignInput>): Promise<unknown> =>
  once(ctx, async () => {
    const { name, template, list, sessions, paceMs, dailyCap } = ctx.input;
    const campaigns = await campaignsOf(ctx);
    const begun = ctx.checkpoint.last === name;
    await ctx.checkpoint.save(name);
    try {
      return await campaigns.create({ name, template, list, sessions, paceMs, dailyCap });
    } catch (error) {
      if (begun && toMusterError(error).code === 'CONFLICT') return campaigns.report(name);
      throw error;
    }
  });

export const pauseCampaign = (ctx: Context<CampaignNameInput>): Promise<unknown> =>
  once(ctx, async () => (await campaignsOf(ctx)).change(ctx.input.name, 'paused'));

export const resumeCampaign = (ctx: Context<CampaignNameInput>): Promise<unknown> =>
  once(ctx, async () => (await campaignsOf(ctx)).change(ctx.input.name, 'running'));

export const cancelCampaign = (ctx: Context<CampaignNameInput>): Promise<unknown> =>
  once(ctx, async () => (await campaignsOf(ctx)).change(ctx.input.name, 'cancelled'));

export const campaignReport = (ctx: Context<CampaignNameInput>): Promise<unknown> =>
  once(ctx, async () => (await campaignsOf(ctx)).report(ctx.input.name));

export const optOut = (ctx: Context<OptOutInput>): Promise<unknown> =>
  once(ctx, async () => {
    const chat = chatIdOf(ctx.input.number);
    await (await campaignsOf(ctx)).optOuts.add(chat, ctx.input.how);
    return { chat, optedOut: true };
  });

async function readText(path: string): Promise<string> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw new MusterError('BAD_INPUT', `file: ${path} cannot be read; give the full path of a file on the host's machine.`, {
      cause: error,
    });
  }
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE) throw new MusterError('TOO_LARGE', `file: ${path} has ${size} bytes; at most ${MAX_FILE} are taken.`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } catch (error) {
    if (error instanceof MusterError) throw error;
    throw new MusterError('BAD_INPUT', `file: ${path} is no text in UTF-8.`, { cause: error });
  } finally {
    await file.close();
  }
}
