import type { ConstantServerJob, ConstantServerResult } from '../baselines/jobs.js';
import type { Measured } from '../load/recorder.js';
import { CountsWrong } from '../checking/sale.js';
import type { BenchHarness } from '../bench-harness.js';
import { generate } from './measured-sale.js';

const START_TIMEOUT_MS = 60_000;
/** Buyers who send requests repeatedly, so that the gateway has cached their tokens. */
export const RETURNING_BUYERS = 1_000;

/** Answers per second of a server with a constant answer to purchase requests. */
export async function measureConstant(
  harness: BenchHarness,
  o: {
    readonly kind: ConstantServerJob['kind'];
    readonly concurrency: number;
    readonly warmUpMs: number;
    readonly measureMs: number;
  },
): Promise<Measured> {
  const server = harness.startHelper<ConstantServerJob, ConstantServerResult>('constant-server');
  try {
    const job = { kind: o.kind, jwtSecret: harness.jwtSecret };
    const { url } = await server.run(job, { timeoutMs: START_TIMEOUT_MS });
    const { all, statuses, oddAnswer } = await generate(harness, {
      urls: [url],
      jwtSecret: harness.jwtSecret,
      eventIds: ['1'],
      methods: ['pm_approve'],
      returning: RETURNING_BUYERS,
      profile: { kind: 'closed', buyers: o.concurrency, warmUpMs: o.warmUpMs, measureMs: o.measureMs },
      counts: o.kind === 'hono' ? 200 : 409,
    });
    if (Object.keys(statuses).length !== 1) {
      throw new CountsWrong([`answers of a constant server: ${JSON.stringify(statuses)} ${oddAnswer ?? ''}`]);
    }
    return all;
  } finally {
    await server.stop();
  }
}
