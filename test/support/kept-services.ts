import type { RunningServices } from '@box-office/infra';

/**
 * The services that this worker's last file left running, for the next one if it asks for the same. Unlike most modules,
 * this one has state; where each file has modules of its own, it keeps nothing.
 */
let kept: { readonly key: string; readonly services: RunningServices } | undefined;

/** Takes over what was kept under the key, if none of it has died; else stops it and starts new ones, kept from now on. */
export async function takeServices(key: string, start: () => Promise<RunningServices>): Promise<RunningServices> {
  if (kept?.key === key && isRunning(kept.services)) return kept.services;
  await stopKeptServices();
  const services = await start();
  kept = { key, services };
  return services;
}

/** Nothing that is kept works on what the next file does. At the end of the run, its stack stops what is kept. */
export async function stopKeptServices(): Promise<void> {
  const services = kept?.services;
  kept = undefined;
  await services?.stop();
}

function isRunning({ stop: _, ...handles }: RunningServices): boolean {
  return Object.values(handles)
    .flat()
    .every(({ pid }) => pid !== undefined);
}
