import { archive } from './page/archive.ts';
import { collections } from './page/collections.ts';
import { groups } from './page/groups.ts';
import { ids } from './page/ids.ts';
import { line } from './page/line.ts';
import { linking, sender } from './page/linking.ts';
import { media } from './page/media.ts';
import { memory } from './page/memory.ts';
import { models } from './page/models.ts';
import { modules } from './page/modules.ts';
import { start } from './page/start.ts';
import type { PageConfig } from './page/switches.ts';

/** The stand-in of WhatsApp Web as one document: its parts are functions, and their texts are its script. */
export function pageHtml(config: PageConfig): string {
  // A `<` could end the script element.
  const json = JSON.stringify(config).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>WhatsApp (stand-in)</title></head>
<body>
<p>A stand-in of WhatsApp Web for tests and demonstrations. No real service is behind this page.</p>
<script>
(() => {
  'use strict';
  const page = { config: ${json}, errors: [], missing: [], me: null, progress: 0, closing: false };
  (${models.toString()})(page);
  (${ids.toString()})(page);
  (${memory.toString()})(page);
  (${collections.toString()})(page);
  (${groups.toString()})(page);
  const heard = (${linking.toString()})(page);
  (${line.toString()})(page, heard);
  const send = (${sender.toString()})(page);
  const known = { ...(${modules.toString()})(page, send), ...(${media.toString()})(page), ...(${archive.toString()})(page) };
  (${start.toString()})(page, known);
})();
</script>
</body>
</html>
`;
}
