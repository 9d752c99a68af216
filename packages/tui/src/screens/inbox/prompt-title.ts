import type { Prompt } from '@muster/api';

/** What is asked, for places that name the account already. */
export const titleAlone = ({ title, label }: Prompt): string =>
  title.startsWith(`${label}: `) ? title.slice(label.length + 2) : title;
