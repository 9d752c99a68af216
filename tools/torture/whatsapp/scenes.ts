import type { Row } from '../store/row.ts';
import { until } from '../until.ts';
import { WhatsAppWorld } from './world.ts';

const tell = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function scene(name: string, play: (world: WhatsAppWorld) => Promise<Omit<Row, 'name'>>): Promise<Row> {
  try {
    await using world = await WhatsAppWorld.open();
    return { name, ...(await play(world)) };
  } catch (error) {
    return { name, figure: tell(error), holds: false };
  }
}

const EACH = 5;

/** Every number writes to every other at the same time. */
export const talk = (count: number): Promise<Row> =>
  scene(`whatsapp: ${count} numbers write to each other, all at once`, async (world) => {
    const names = await world.link(count);
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
    const sent = pairs.flatMap(({ from, to }) =>
      Array.from({ length: EACH }, (_unused, at) => ({ from, to, text: `${from} to ${to} ${at}` })),
    );
    const answers = await Promise.all(sent.map(({ from, to, text }) => world.send(from, world.number(to), text)));
    const refused = answers.filter(({ status }) => status !== 200);
    await until(
      'all arrived',
      () => world.arrivals >= sent.length,
      () => world.arrivals,
    );
    const wrong = sent.filter(({ to, text }) => (world.arrived.get(to) ?? []).filter((one) => one === text).length !== 1);
    const before = await world.processes();
    await world.end('SIGTERM');
    const left = await world.processes();
    return {
      figure: `${sent.length} sent, ${refused.length} refused, ${wrong.length} lost or doubled; ${before} processes, ${left} left after the stop`,
      holds: refused.length === 0 && wrong.length === 0 && before > 0 && left === 0,
    };
  });

/** One browser is killed while all others stay ready. */
export const killOne = (count: number): Promise<Row> =>
  scene(`whatsapp: one of ${count} browsers killed -9`, async (world) => {
    const names = await world.link(count);
    // Chromium has written the logins.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const [victim] = await world.browsers();
    if (!victim) throw new Error('there is no browser');
    process.kill(victim.pid, 'SIGKILL');
    await until('it is seen', async () => (await world.states()).get(victim.name) !== 'ready');
    const states = await world.states();
    const others = names.filter((name) => name !== victim.name && states.get(name) === 'ready').length;
    await world.untilReady(names);
    const scans = world.simulator.counters()['linked'];
    const answer = await world.send(victim.name, world.number(names.find((name) => name !== victim.name) ?? ''), 'back again');
    return {
      figure: `${others} others stayed ready, ${scans} scans in all, back with ${String(answer.body['state'])}; remedies ${world.remedies.join(', ')}`,
      holds: others === count - 1 && scans === count && answer.status === 200,
    };
  });

/** All numbers are unlinked on their phones; each asks for a code anew, and refuses the other number that scans it. */
export const unlinkAll = (count: number): Promise<Row> =>
  scene(`whatsapp: ${count} numbers unlinked on the phone and linked again`, async (world) => {
    const names = await world.link(count);
    for (const name of names) await world.phone('unlink', { wid: `${world.number(name)}@c.us` });
    await until('seen', () => world.remedies.filter((one) => one === 'wipe-profile').length === count);
    // Each phone is another number to the stand-in, and only its own may be linked.
    await until('all were looked at', async () =>
      [...(await world.states()).values()].every((state) => state === 'closed' || state === 'ready'),
    );
    const states = [...(await world.states()).values()];
    return {
      figure: `${count} wiped and asked to be linked again; other numbers scanned: ${states.join(', ')}; ${await world.processes()} processes left`,
      holds: states.every((state) => state === 'closed') && (await world.processes()) === 0,
    };
  });

/** The host gets a signal right after a login; the next start asks for no code. */
export const signals = (signal: NodeJS.Signals, round: number): Promise<Row> =>
  scene(`whatsapp: ${signal} of the host right after the login (${round})`, async (world) => {
    const names = await world.link(2);
    await world.processes();
    await world.end(signal);
    const before = performance.now();
    await until('all ended', async () => (await world.processes()) === 0);
    const gone = Math.round(performance.now() - before);
    await world.start();
    await world.untilReady(names);
    const scans = world.simulator.counters()['linked'];
    await world.end('SIGTERM');
    return {
      figure: `processes gone ${gone} ms after the host, ${scans} scans for 2 numbers, ${await world.processes()} processes left`,
      holds: scans === 2 && (await world.processes()) === 0,
    };
  });

const CALLERS = 8;

/** Messages come in all the time while the host is killed again and again: each is kept once, in the order of its writer. */
export const killedWhileTold = (kills: number): Promise<Row> =>
  scene(`whatsapp: the host killed -9 ${kills} times while messages come in`, async (world) => {
    const [name = ''] = await world.link(1);
    const wid = `${world.number(name)}@c.us`;
    const from = Array.from({ length: CALLERS }, (_unused, at) => `96650000990${at}@c.us`);
    const sent = from.map(() => 0);
    const over = new AbortController();
    const callers = from.map(async (caller, at) => {
      while (!over.signal.aborted) {
        await world.phone('incoming', { to: wid, from: caller, body: `${sent[at]}` });
        sent[at] = (sent[at] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    });
    for (let kill = 1; kill <= kills; kill++) {
      // At another moment each time: while it catches up, while it only listens, before it is ready.
      await new Promise((resolve) => setTimeout(resolve, 700 * kill));
      await world.end('SIGKILL');
      await world.start();
      if (kill % 3 !== 0) await world.untilReady([name]);
    }
    over.abort();
    await Promise.all(callers);
    const expected = sent.map((count) => Array.from({ length: count }, (_unused, at) => `${at}`).join(' '));
    let kept: string[] = [];
    await until(
      'all are kept',
      async () => {
        kept = await Promise.all(from.map(async (chat) => (await world.kept(name, chat)).join(' ')));
        return kept.every((texts, at) => texts === expected[at]);
      },
      () => kept.map((texts) => texts.slice(-200)),
    ).catch(() => undefined);
    const wrong = kept.flatMap((texts, at) => (texts === expected[at] ? [] : [texts]));
    return {
      figure: `${sent.reduce((sum, count) => sum + count, 0)} came in from ${CALLERS} writers; ${wrong.length} of their chats lack one, have one twice or out of order${wrong.length > 0 ? `: ${wrong[0]}` : ''}; remedies ${[...new Set(world.remedies)].join(', ')}`,
      holds: wrong.length === 0 && sent.every((count) => count > 0),
    };
  });
