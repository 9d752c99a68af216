import type { KeptMessage } from '../messages/history.ts';
import { openSession } from '../session/open-session.ts';
import { mortalRecords } from './memory-records.ts';
import { createSessionContext } from './test-session.ts';
import { until, type TestWorld } from './open-test-session.ts';

/** Whole sessions, linked: the way the host opens them. A host that is dead notes nothing and tells nothing any more. */
export async function openNumbers(world: TestWorld, numbers: readonly string[], isDead: () => boolean = () => false) {
  return Promise.all(
    numbers.map(async (number) => {
      const { context, told } = createSessionContext(world.host, { account: { clientId: `n${number}`, phone: number } });
      const ends = new AbortController();
      const session = await openSession({
        ...context,
        records: (kind) => mortalRecords(context.records(kind), isDead),
        event: (event) => void (isDead() || context.event(event)),
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
      const received = (): { readonly text: unknown; readonly caughtUp: boolean }[] =>
        told.events
          .filter(({ type }) => type === 'message.received')
          .map(({ fields }) => ({ text: fields?.['text'], caughtUp: fields?.['caughtUp'] === true }));
      return { number, session, told, texts, received, records: context.records.bind(context) };
    }),
  );
}
