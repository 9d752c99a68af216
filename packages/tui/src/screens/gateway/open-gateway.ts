import type { Job, PluginInfo } from '@muster/api';
import type { Shell } from '../../shell.ts';
import type { GatewayModel } from './gateway-model.ts';

/** Why the job of a gateway is over, or undefined while it goes on. */
function endOf(job: Job | undefined): string | undefined {
  if (job?.state === 'cancelled') return 'its job was cancelled';
  return job?.state === 'done' ? (job.errors[0]?.example ?? 'its job ended') : undefined;
}

/** Opens the gateway of a provider: a job, which goes on until it is cancelled. Says how it went once that is known. */
export function createGatewayOpener(shell: Shell, model: GatewayModel) {
  let stops: (() => void)[] = [];
  const forget = (): void => {
    for (const stop of stops) stop();
    stops = [];
  };

  function watchOpening({ id: plugin, title }: PluginInfo, job: string): void {
    const look = (): void => {
      const url = model.view.get().rotations?.find((one) => one.plugin === plugin)?.urls[0];
      const why = endOf(shell.live.jobs.get().find(({ id }) => id === job));
      if (url === undefined && why === undefined) return;
      forget();
      if (why !== undefined) return shell.notices.say(`The gateway of ${title} is not open: ${why}`, 'bad');
      shell.notices.say(`${title} is open at ${url}, until its job is cancelled (3)`, 'good');
    };
    forget();
    stops = [model.view.subscribe(look), shell.live.jobs.subscribe(look)];
    look();
  }

  return {
    async open(plugin: PluginInfo): Promise<void> {
      const action = plugin.service?.opensBy ?? '';
      const job = await shell.client.call('runAction', { params: { plugin: plugin.id, action }, body: { input: {} } });
      shell.notices.say(`opening the gateway of ${plugin.title} …`);
      watchOpening(plugin, job.id);
      model.refresh();
    },
    close: forget,
  };
}
