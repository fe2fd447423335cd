import type { Config, Variable } from '../config.js';
import { textOfError } from '../failure.js';
import type { Checked } from './checked.js';
import { get } from './get.js';

/**
 * A process or server, and whether it is ready; `degraded` where it is ready and a part of it does not work, `unknown`
 * where its address is not known.
 */
export interface Part {
  readonly part: string;
  readonly state: 'ready' | 'degraded' | 'not ready' | 'unknown';
  readonly detail: string;
}

type Failures = Readonly<Record<string, string>>;

/** What a process answers at `/readyz`; the gateway's public port gives no reasons. */
interface Readiness {
  readonly ok: boolean;
  readonly failed?: Failures | undefined;
  readonly degraded?: Failures | undefined;
}

/** Each with the variables of its address; the first that is set counts. */
const PROCESSES: readonly { readonly part: string; readonly variables: readonly Variable[] }[] = [
  { part: 'gateway', variables: ['API_HEALTH_URL', 'API_URL'] },
  { part: 'worker', variables: ['WORKER_URL'] },
  { part: 'audit consumer', variables: ['AUDIT_CONSUMER_URL'] },
];

/** The servers that only the gateway talks to. */
const BEHIND_THE_GATEWAY = ['redis', 'temporal'];

const STRIPE_URL = 'https://api.stripe.com';

/**
 * @param seen the result of using the servers that the command line itself connects to
 * @param stripeUrl for tests
 */
export async function checkParts(
  config: Config,
  seen: Readonly<Record<'postgres' | 'rabbitmq', Checked<object>>>,
  stripeUrl = STRIPE_URL,
): Promise<Part[]> {
  const answers = await Promise.all(
    PROCESSES.map(async ({ part, variables }) => {
      const url = variables.map((variable) => config.given(variable)).find((given) => given !== undefined);
      return { part, variables, url, readiness: url === undefined ? 'not asked' : await probe(url) };
    }),
  );
  const gateway = answers[0]?.readiness;
  return [
    ...answers.map(({ part, variables, url, readiness }): Part => {
      if (url === undefined) return { part, state: 'unknown', detail: `${variables.join(' or ')} is not set` };
      if (typeof readiness === 'string') return { part, state: 'not ready', detail: `${url}: ${readiness}` };
      return { part, ...stateOf(readiness, url) };
    }),
    ...Object.entries(seen).map(([part, result]) => partOf(part, result)),
    await checkProvider(config, stripeUrl),
    ...BEHIND_THE_GATEWAY.map((part): Part => {
      if (gateway === undefined || typeof gateway === 'string' || (!gateway.ok && gateway.failed === undefined)) {
        return { part, state: 'unknown', detail: 'the gateway gives no reasons' };
      }
      const failed = gateway.failed?.[part];
      return failed === undefined
        ? { part, state: 'ready', detail: 'according to the gateway' }
        : { part, state: 'not ready', detail: failed };
    }),
  ];
}

/**
 * At Stripe a read that payments need too, so that a key without access shows. What listens at PAYMENT_URL gets no key
 * and need not know the path: any answer of it but a server error counts as ready.
 */
async function checkProvider(config: Config, stripeUrl: string): Promise<Part> {
  const part = 'payment provider';
  const simulatorUrl = config.given('PAYMENT_URL');
  const key = config.given('STRIPE_SECRET_KEY');
  const url = simulatorUrl ?? stripeUrl;
  if (simulatorUrl === undefined && key === undefined) {
    return { part, state: 'unknown', detail: 'STRIPE_SECRET_KEY or PAYMENT_URL is not set' };
  }
  try {
    const { status } = await (simulatorUrl === undefined
      ? get(url, '/v1/payment_intents?limit=1', { authorization: `Bearer ${key}` })
      : get(url, '/readyz'));
    const isReady = status < (simulatorUrl === undefined ? 400 : 500);
    if (isReady) return { part, state: 'ready', detail: url };
    return { part, state: 'not ready', detail: `${url}: HTTP ${status}` };
  } catch (error) {
    return { part, state: 'not ready', detail: `${url}: ${textOfError(error)}` };
  }
}

function partOf(part: string, result: Checked<object>): Part {
  if (!('unknown' in result)) return { part, state: 'ready', detail: 'answers' };
  const state = result.unknown.includes('is not set') ? 'unknown' : 'not ready';
  return { part, state, detail: result.unknown };
}

/** @returns its readiness, or why there was no answer */
async function probe(url: string): Promise<Readiness | string> {
  try {
    const response = await get(url, '/readyz');
    const body = (await response.json()) as Partial<Readiness>;
    return { ok: body.ok === true, failed: body.failed, degraded: body.degraded };
  } catch (error) {
    return textOfError(error);
  }
}

function stateOf({ ok, failed, degraded = {} }: Readiness, url: string): Omit<Part, 'part'> {
  if (!ok) return { state: 'not ready', detail: reasonsOf(failed ?? { process: 'not ready' }) };
  if (Object.keys(degraded).length > 0) return { state: 'degraded', detail: reasonsOf(degraded) };
  return { state: 'ready', detail: url };
}

const reasonsOf = (failures: Failures): string =>
  Object.entries(failures)
    .map(([name, why]) => `${name}: ${why}`)
    .join('; ');
