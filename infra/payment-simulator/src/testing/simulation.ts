import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStripePayments, paymentKey, simulatorSettings, STRIPE_API_VERSION } from '@box-office/payments';
import { createLogger } from '@box-office/platform';
import { ledgerStatement, type LedgerStatement } from '../ledger-statement.js';
import { startSimulator } from '../server.js';

/** Of the client that gives up soon; a second one is patient. */
const TIMEOUT_MS = 400;
export const AMOUNT = 5_000;

export type Simulation = Awaited<ReturnType<typeof openSimulator>>;

/** A simulator with a ledger of its own, and two clients. */
export async function openSimulator() {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    ledgerFile: join(folder, 'ledger.jsonl'),
    logger: createLogger({ service: 'test', level: 'silent' }),
    onFailure: (error) => {
      throw error;
    },
  });
  const payments = createStripePayments({ ...simulatorSettings(simulator.url), timeoutMs: TIMEOUT_MS });
  const patient = createStripePayments(simulatorSettings(simulator.url));

  /** One purchase's calls, with its keys. */
  function purchase(method: string, amountMinor = AMOUNT) {
    const purchaseId = randomUUID();
    const authoriseKey = paymentKey(purchaseId, 1, 'authorise');
    const request = { key: authoriseKey, amountMinor, currency: 'EUR', method, purchaseId, eventId: '1', attempt: 1 };
    const authorise = (by = payments, more: { askedAt?: Date } = {}) => by.authorise({ ...request, ...more });
    return {
      purchaseId,
      authorise,
      authorised: async (by = payments): Promise<string> => {
        const result = await authorise(by);
        if (result.kind !== 'authorised') throw new Error(result.kind);
        return result.authorisationId;
      },
      capture: (authorisationId: string, key = paymentKey(purchaseId, 1, 'capture')) =>
        payments.capture({ key, authorisationId }),
      void: (authorisationId: string, key = paymentKey(purchaseId, 1, 'void')) =>
        payments.void({ key, authorisationId }),
      refund: (authorisationId: string, amount = amountMinor, key = paymentKey(purchaseId, 1, 'refund')) =>
        payments.refund({ key, authorisationId, amountMinor: amount }),
      lookUp: () => payments.lookUp({ authoriseKey }),
      reverse: (by = payments, more: { askedAt?: Date } = {}) => by.reverse({ ...request, ...more }),
    };
  }

  async function statement(prefix: string, query = ''): Promise<LedgerStatement> {
    const response = await fetch(`${simulator.url}/ledger?purchase=${prefix}${query}`);
    return ledgerStatement.parse(await response.json());
  }

  /** A request to the API as it is on the wire. */
  async function api(method: 'GET' | 'POST', path: string, params: Record<string, string>, key: string = randomUUID()) {
    const form = new URLSearchParams(params).toString();
    const response = await fetch(`${simulator.url}${path}${method === 'GET' ? `?${form}` : ''}`, {
      method,
      headers: {
        authorization: 'Bearer sk_test_simulator',
        'stripe-version': STRIPE_API_VERSION,
        'idempotency-key': key,
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(method === 'POST' && { body: form }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  return {
    simulator,
    payments,
    patient,
    purchase,
    statement,
    api,
    async close() {
      payments.close();
      patient.close();
      await simulator.close();
      await rm(folder, { recursive: true });
    },
  };
}
