import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Puts the wire plugin into a data directory, for a host in a process of its own. */
export async function addWirePlugin(data: string): Promise<void> {
  const plugins = join(data, 'plugins');
  await mkdir(plugins, { recursive: true, mode: 0o700 });
  const source = new URL(`./wire-plugin${extname(import.meta.url)}`, import.meta.url).href;
  const lines = [`import { wirePlugin } from ${JSON.stringify(source)};`, 'export default wirePlugin();', ''];
  await writeFile(join(plugins, 'wire.ts'), lines.join('\n'));
}
