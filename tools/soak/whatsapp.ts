import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../bench/lib-host.ts';
import type { Row } from '../torture/store/row.ts';
import { until, WhatsAppWorld } from '../torture/whatsapp/world.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly sessions: number;
  /** Messages of each session. */
  readonly perSecond: number;
}

interface Sample {
  readonly browsers: number;
  readonly host: number;
}

const SAMPLES = 12;
/** Of the first steady sample: a browser that grows by more in a run is growing. */
const FLAT = 1.25;

/** Every number writes to the next one, again and again: memory stays flat, nothing is lost, nothing doubled, nobody is disconnected. */
export async function* soak({ minutes, sessions, perSecond }: SoakOptions): AsyncGenerator<Row> {
  await using world = await WhatsAppWorld.open({ knobs: { autoRead: true } });
  const names = await world.link(sessions);
  const end = performance.now() + minutes * 60_000;
  const every = 1_000 / perSecond;
  const sent = names.map(() => 0);
  const refused: string[] = [];
  const writers = names.map(async (from, at) => {
    const to = world.number(names[(at + 1) % sessions] ?? '');
    for (let due = performance.now(); performance.now() < end; due += every) {
      await sleep(Math.max(0, due - performance.now()));
      const text = `${from} ${sent[at]}`;
      const { status, body } = await world.send(from, to, text);
      if (status === 200) sent[at] = (sent[at] ?? 0) + 1;
      else refused.push(`${status} ${String(body['error'])}`);
    }
  });
  const samples: Sample[] = [];
  for (let count = 1; count <= SAMPLES; count++) {
    await sleep((minutes * 60_000) / SAMPLES);
    const browsers = (await world.memory()).reduce((sum, megabytes) => sum + megabytes, 0);
    const sample = { browsers, host: await residentMb(world.pid) };
    samples.push(sample);
    yield {
      name: `after ${((minutes * count) / SAMPLES).toFixed(1)} min`,
      figure: `browsers ${sample.browsers.toFixed(0)} MB together, host ${sample.host.toFixed(0)} MB, ${sent.reduce((a, b) => a + b, 0)} sent`,
      holds: true,
    };
  }
  await Promise.all(writers);
  const total = sent.reduce((sum, count) => sum + count, 0);
  const arrived = (): number => [...world.arrived.values()].reduce((sum, texts) => sum + texts.length, 0);
  await until('all arrived', () => arrived() >= total, arrived);
  const twice = [...world.arrived.values()].reduce((sum, texts) => sum + texts.length - new Set(texts).size, 0);
  const lost = names.reduce((sum, _name, at) => {
    const got = new Set(world.arrived.get(names[(at + 1) % sessions] ?? ''));
    return (
      sum +
      Array.from({ length: sent[at] ?? 0 }, (_unused, number) => `${names[at]} ${number}`).filter((text) => !got.has(text)).length
    );
  }, 0);
  yield {
    name: 'messages',
    figure: `${total} sent, ${refused.length} refused (${[...new Set(refused)].slice(0, 3).join('; ') || 'none'}), ${lost} lost, ${twice} doubled; remedies: ${[...new Set(world.remedies)].join(', ') || 'none'}`,
    holds: refused.length === 0 && lost === 0 && twice === 0 && total > 0,
  };
  // The first samples hold what warming up took.
  const [begin, last] = [samples[Math.floor(SAMPLES / 4)], samples.at(-1)];
  yield {
    name: 'memory',
    figure: `browsers ${begin?.browsers.toFixed(0)} to ${last?.browsers.toFixed(0)} MB, host ${begin?.host.toFixed(0)} to ${last?.host.toFixed(0)} MB`,
    holds: (last?.browsers ?? 0) <= (begin?.browsers ?? 0) * FLAT && (last?.host ?? 0) <= (begin?.host ?? 0) * FLAT,
  };
  const before = await world.processes();
  await world.end('SIGTERM');
  const left = await world.processes();
  yield { name: 'end', figure: `${before} processes before the stop, ${left} after it`, holds: left === 0 };
}
