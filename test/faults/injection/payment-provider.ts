import { setTimeout as sleep } from 'node:timers/promises';
import { startWithRetries, type FaultHarness } from '../harness/fault-harness.js';
import { SLOW_CAPTURE } from '../buyers/selection.js';
import { nothingToEnd, type FaultKind } from './fault.js';

const WAIT_FOR_CAPTURE_MS = 10_000;
const CHECK_INTERVAL_MS = 10;

/** The provider sends its events: late, several times, in another order. Otherwise none are sent, as if they were lost. */
export const webhooks: FaultKind = {
  name: 'webhooks',
  draw(random, replicas) {
    const name = random.pick(replicas);
    const [copies, maxDelayMs] = [random.int(1, 3), random.pick([0, 2_000, 6_000])];
    const durationMs = random.pick([5_000, 10_000]);
    return {
      what: `webhooks to api ${name}, ${copies} times, up to ${maxDelayMs} ms late, for ${durationMs} ms`,
      uses: ['webhooks', 'simulator'],
      durationMs,
      async begin({ services, simulator }) {
        const url = `${services.get(`api ${name}`)?.url}/api/webhooks/stripe`;
        const answer = await fetch(`${simulator.url}/webhooks`, {
          method: 'POST',
          body: JSON.stringify({ url, copies, maxDelayMs }),
        });
        const { id } = (await answer.json()) as { id: string };
        return async () => {
          await fetch(`${simulator.url}/webhooks/${id}`, { method: 'DELETE' });
        };
      },
    };
  },
};

/** The provider dies when it has captured a payment and has not answered yet. */
export const killAfterCapture: FaultKind = {
  name: 'kill simulator after capture',
  draw(random) {
    const durationMs = random.pick([0, 2_000]);
    return {
      what: `kill -9 of the simulator between a capture and its answer, dead for ${durationMs} ms`,
      uses: ['simulator'],
      durationMs,
      async begin({ simulator }) {
        if (!(await captureBegins(simulator))) return nothingToEnd;
        await simulator.kill('SIGKILL');
        await simulator.stop();
        return () => startWithRetries(simulator);
      },
    };
  },
};

/** Resolves when a payment is captured whose answer takes longer; false if there is none for a while. */
async function captureBegins(simulator: FaultHarness['simulator']): Promise<boolean> {
  const captured = async (): Promise<string[]> => {
    const answer = await fetch(`${simulator.url}/v1/payment_intents?limit=100`, {
      headers: { authorization: 'Bearer sk_test_simulator' },
    });
    const { data } = (await answer.json()) as { data: { id: string; status: string; payment_method: string }[] };
    return data.filter((one) => one.status === 'succeeded' && one.payment_method === SLOW_CAPTURE).map(({ id }) => id);
  };
  const before = new Set(await captured());
  const deadline = Date.now() + WAIT_FOR_CAPTURE_MS;
  while (Date.now() < deadline) {
    if ((await captured()).some((id) => !before.has(id))) return true;
    await sleep(CHECK_INTERVAL_MS);
  }
  return false;
}
