import { readFile, writeFile } from 'node:fs/promises';
import { machinePage } from './diagram.ts';

// Writes the state machine of WhatsApp sessions into docs/whatsapp.md, between its two marks.

const page = new URL('../../../../docs/whatsapp.md', import.meta.url);
const [BEGIN, END] = ['<!-- states: made by plugins/whatsapp/src/machine/write-diagram.ts -->', '<!-- end of states -->'];
const text = await readFile(page, 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error('docs/whatsapp.md has lost its two marks');
await writeFile(page, `${before}${BEGIN}\n${machinePage()}\n${END}${after}`);
