import type { ServerName } from '@box-office/infra';
import type { FaultKind } from './fault.js';

const SERVERS: readonly ServerName[] = ['postgres', 'redis', 'rabbitmq', 'temporal'];
const DOWN_MS = [0, 2_000, 5_000];

/** Stops each server cleanly and restarts it after a while. */
export const serverStops: readonly FaultKind[] = SERVERS.map((server) => ({
  name: `stop ${server}`,
  draw(random) {
    const durationMs = random.pick(DOWN_MS);
    return {
      what: `stop of ${server}, down for ${durationMs} ms`,
      uses: [server],
      durationMs,
      async begin({ stack }) {
        await stack.servers[server].stop();
        return () => stack.servers[server].start();
      },
    };
  },
}));

/** Kills each server and restarts it after a while. */
export const serverKills: readonly FaultKind[] = SERVERS.map((server) => ({
  name: `kill ${server}`,
  // On a slow disk Redis syncs its append-only file once a second only.
  ...(server === 'redis' && { losesRedisData: true as const }),
  draw(random) {
    const durationMs = random.pick(DOWN_MS);
    return {
      what: `kill -9 of ${server}, down for ${durationMs} ms`,
      uses: [server],
      durationMs,
      async begin({ stack }) {
        await stack.servers[server].kill('SIGKILL');
        return () => stack.servers[server].start();
      },
    };
  },
}));

/** Without PostgreSQL: its sessions are separate processes, which would continue. */
const PAUSED: readonly ServerName[] = ['redis', 'rabbitmq', 'temporal'];

export const serverPause: FaultKind = {
  name: 'pause server',
  draw(random) {
    const server = random.pick(PAUSED);
    const durationMs = random.pick([1_000, 3_000, 6_000]);
    return {
      what: `SIGSTOP of ${server} for ${durationMs} ms`,
      uses: [server],
      durationMs,
      async begin({ stack }) {
        await stack.servers[server].kill('SIGSTOP');
        return () => stack.servers[server].kill('SIGCONT');
      },
    };
  },
};
