import type { Task } from '@muster/api';
import { openConfirm } from '../../overlays/confirm.tsx';
import { grouped } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';

/** The folder of a path, on whatever system the host runs. */
const folderOf = (path: string): string => path.replace(/[/\\][^/\\]*$/, '');

/** Where the files are that a task kept, and how to have them here. */
export function openEvidence(shell: Shell, { id, job, label, evidence }: Task): void {
  const files = evidence.map(({ name, bytes }) => `${name} (${grouped(bytes)} bytes)`).join(', ');
  const folder = folderOf(evidence[0]?.path ?? '');
  const copy = (text: string) => (): void => {
    if (shell.copy(text)) shell.notices.say(`copied: ${text}`, 'good');
  };
  openConfirm(shell, {
    title: `Kept of ${label}`,
    crumb: 'evidence',
    text: `${files}. On the machine of the host: ${folder}`,
    answers: [
      { key: 'c', does: 'copy the command that fetches them', run: copy(`muster evidence ${job} --task ${id} --to .`) },
      { key: 'p', does: 'copy the folder', run: copy(folder) },
    ],
  });
}
