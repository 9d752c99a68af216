import type { KeptMessage } from '../messages/history.ts';
import { openSession } from '../session/open-session.ts';
import { createSessionContext } from './test-session.ts';
import { until, type TestWorld } from './open-test-session.ts';

/** Whole sessions, linked: the way the host opens them. */
export async function openNumbers(world: TestWorld, numbers: readonly string[]) {
  return Promise.all(
    numbers.map(async (number) => {
      const { context, told } = createSessionContext(world.host, { account: { clientId: `n${number}`, phone: number } });
      const ends = new AbortController();
      const session = await openSession({
        ...context,
        signal: ends.signal,
        report(report) {
          context.report(report);
          if (report.challenge) world.simulator.service.scan(report.challenge.text, { wid: `${number}@c.us` });
        },
      });
      await until(
        `${number} ready`,
        () => session.state === 'ready',
        () => told.reports,
      );
      const texts = async (): Promise<string[]> =>
        (await context.records<KeptMessage>('messages').list({ limit: 1_000 })).flatMap(({ data, key }) =>
          key.startsWith(context.account.id) && !data.fromMe ? [data.text] : [],
        );
      return { number, session, told, texts, records: context.records.bind(context) };
    }),
  );
}
