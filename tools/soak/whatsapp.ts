import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../bench/lib-host.ts';
import type { Row } from '../torture/store/row.ts';
import { until } from '../torture/until.ts';
import { WhatsAppWorld } from '../torture/whatsapp/world.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly sessions: number;
  /** Messages of each session. */
  readonly perSecond: number;
  /** Messages that the host keeps of each chat, and of each session's sent ones; default: as the plugin is set. A run that is to show what comes once it keeps no more. */
  readonly keep?: number | undefined;
}

interface Sample {
  readonly minute: number;
  /** MB of each browser with all its processes, in the order of the numbers. */
  readonly browsers: readonly number[];
  readonly host: number;
}

const SAMPLES = 60;
/** Of the first steady sample: a browser that grows by more in a run is growing. */
const FLAT = 1.25;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const whole = (values: readonly number[]): string => values.map((value) => value.toFixed(0)).join(' ');

/** MB an hour, by the line that fits best. */
function slope(points: readonly (readonly [minute: number, megabytes: number])[]): number {
  const x = sumOf(points.map(([minute]) => minute)) / points.length;
  const y = sumOf(points.map(([, megabytes]) => megabytes)) / points.length;
  const spread = sumOf(points.map(([minute]) => (minute - x) ** 2));
  return spread === 0 ? 0 : (60 * sumOf(points.map(([minute, megabytes]) => (minute - x) * (megabytes - y)))) / spread;
}

/** Every number writes to the next one, again and again: memory stays flat, nothing is lost, nothing doubled, nobody is disconnected. */
export async function* soak({ minutes, sessions, perSecond, keep }: SoakOptions): AsyncGenerator<Row> {
  await using world = await WhatsAppWorld.open({
    knobs: { autoRead: true },
    ...(keep !== undefined && { config: { keepMessages: keep, keepSent: keep } }),
  });
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
    const sample = { minute: (minutes * count) / SAMPLES, browsers: await world.memory(), host: await residentMb(world.pid) };
    samples.push(sample);
    yield {
      name: `after ${sample.minute.toFixed(1)} min`,
      figure: `browsers ${whole(sample.browsers)} MB, host ${sample.host.toFixed(0)} MB, ${sumOf(sent)} sent, ${world.arrivals} arrived`,
      holds: sample.browsers.length === sessions,
    };
  }
  await Promise.all(writers);
  const total = sumOf(sent);
  await until(
    'all arrived',
    () => world.arrivals >= total,
    () => world.arrivals,
  );
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
  // The first quarter holds what warming up took.
  const steady = samples.slice(Math.floor(SAMPLES / 4));
  const [begin, last] = [steady[0], steady.at(-1)];
  if (!begin || !last) throw new Error('there are no samples');
  const growth = {
    browsers: slope(steady.map(({ minute, browsers }) => [minute, sumOf(browsers)])),
    host: slope(steady.map(({ minute, host }) => [minute, host])),
  };
  yield {
    name: 'memory',
    figure: `browsers ${whole(begin.browsers)} to ${whole(last.browsers)} MB (${growth.browsers.toFixed(1)} MB an hour together), host ${begin.host.toFixed(0)} to ${last.host.toFixed(0)} MB (${growth.host.toFixed(1)} MB an hour)`,
    holds:
      last.browsers.every((megabytes, at) => megabytes <= (begin.browsers[at] ?? 0) * FLAT) && last.host <= begin.host * FLAT,
  };
  const before = await world.processes();
  await world.end('SIGTERM');
  const left = await world.processes();
  yield { name: 'end', figure: `${before} processes before the stop, ${left} after it`, holds: left === 0 };
}
