import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

const INTERVAL_US = 1_000;

/** From the query of the URL by which this module is imported. */
const dir = new URL(import.meta.url).searchParams.get('dir') ?? '.';
let session: Session | undefined;

// Loaded into a service before its own code (`node --import`). The first SIGWINCH starts a CPU profile, the next one
// writes it to `<pid>.cpuprofile`. SIGWINCH has no other use here: SIGUSR2 would stop a Temporal worker, and Node uses
// SIGUSR1.
process.on('SIGWINCH', () => void toggle());

async function toggle(): Promise<void> {
  if (!session) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await session.post('Profiler.start');
    return;
  }
  const ended = session;
  session = undefined;
  const { profile } = await ended.post('Profiler.stop');
  ended.disconnect();
  writeFileSync(join(dir, `${process.pid}.cpuprofile`), JSON.stringify(profile));
}
