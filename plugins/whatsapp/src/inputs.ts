import { z } from 'zod';
import { ClientId } from './schemas.ts';

const To = z.string().min(3).max(100).describe('A number with its country code, or the id of a chat');
const Key = z.string().min(1).max(200).optional().describe('The same key is sent once, however often it is asked for');
const ReadPath = z.string().min(1).max(4_096).meta({ path: 'read' });

export const SendTextInput = z.object({
  to: To,
  text: z.string().min(1).max(65_536).describe('What to say'),
  key: Key,
});
export type SendTextInput = z.output<typeof SendTextInput>;

export const SendMediaInput = z.object({
  to: To,
  file: ReadPath.describe("A picture, video, sound or document, as a full path on the host's machine"),
  caption: z.string().max(4_096).default('').describe('Text below it'),
  asDocument: z.boolean().default(false).describe('As a file, unchanged'),
  key: Key,
});
export type SendMediaInput = z.output<typeof SendMediaInput>;

export const SendPollInput = z.object({
  to: To,
  question: z.string().min(1).max(255).describe('What is asked'),
  options: z.array(z.string().min(1).max(100)).min(2).max(12).describe('What can be chosen'),
  multiple: z.boolean().default(false).describe('More than one may be chosen'),
  key: Key,
});
export type SendPollInput = z.output<typeof SendPollInput>;

export const ListInput = z.object({
  text: z.string().max(200).optional().describe('Only those whose name or id holds this'),
  limit: z.int().min(1).max(10_000).default(200).describe('At most so many'),
});
export type ListInput = z.output<typeof ListInput>;

export const ListChatsInput = ListInput.extend({
  groups: z.boolean().default(false).describe('Only groups, with their members'),
});
export type ListChatsInput = z.output<typeof ListChatsInput>;

export const FetchMediaInput = z.object({
  message: z.string().min(3).max(200).describe('The id of a message that came with a file'),
});
export type FetchMediaInput = z.output<typeof FetchMediaInput>;

export const CheckNumberInput = z.object({ number: To });
export type CheckNumberInput = z.output<typeof CheckNumberInput>;

export const LogOutInput = z.object({});

export const ExportInput = z.object({
  file: z
    .string()
    .min(1)
    .max(4_096)
    .meta({ path: 'write' })
    .describe('The file to write, as a full path; it must not be there yet'),
});
export type ExportInput = z.output<typeof ExportInput>;

export const ImportInput = z.object({
  file: ReadPath.describe('A file that an export wrote'),
  replace: z.boolean().default(false).describe('Replace the profile that is there'),
});
export type ImportInput = z.output<typeof ImportInput>;

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and - only');

export const ImportContactsInput = z.object({
  file: ReadPath.describe(
    'CSV with the columns phone and opt_in (day of the consent), opt_in_source, and fields for the template',
  ),
  list: Name.describe('The list that they are put into'),
  source: z.string().max(200).optional().describe('Where the consent comes from, for rows that do not say'),
});
export type ImportContactsInput = z.output<typeof ImportContactsInput>;

export const CampaignInput = z.object({
  name: Name.describe('Its name; used once'),
  list: Name.describe('A list of contacts'),
  template: z.string().min(1).max(10_000).describe('The text, with fields as {{name}} or {{name|friend}}'),
  sessions: z.array(ClientId).min(1).max(100).describe('Which numbers send it, by their short names'),
  paceMs: z.int().min(0).max(3_600_000).optional().describe('At least so long between two messages of a number'),
  dailyCap: z.int().min(1).max(100_000).optional().describe('Most messages of a number a day'),
});
export type CampaignInput = z.output<typeof CampaignInput>;

export const CampaignNameInput = z.object({ name: Name.describe('The campaign') });
export type CampaignNameInput = z.output<typeof CampaignNameInput>;

export const OptOutInput = z.object({
  number: To,
  how: z.string().max(200).default('noted by an operator').describe('How it became known'),
});
export type OptOutInput = z.output<typeof OptOutInput>;
