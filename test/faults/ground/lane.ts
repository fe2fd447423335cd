import {
  startServices,
  type PrivateStack,
  type RunningServices,
  type ServiceHandle,
  type ServiceOptions,
} from '@box-office/infra';
import { openLine, type TcpLine } from './tcp-line.js';

/** Servers that services are connected to over lines. */
export const UPSTREAMS = ['postgres', 'redis', 'rabbitmq', 'temporal', 'payments'] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** One gateway, one worker and one audit consumer, with lines of their own to all servers. */
export interface Lane {
  readonly name: string;
  readonly lines: Readonly<Record<Upstream, TcpLine>>;
  readonly api: ServiceHandle;
  readonly worker: ServiceHandle;
  readonly auditConsumer: ServiceHandle;
  /** Opens all of its lines. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the services of a lane behind lines to the stack's servers. */
export async function openLane(
  name: string,
  stack: PrivateStack,
  options: ServiceOptions,
): Promise<{ readonly lane: Lane; readonly set: RunningServices }> {
  const { databaseUrl, redisUrl, amqpUrl, temporalAddress, paymentUrl } = stack.addresses;
  const lines = {
    postgres: await openLine(portOf(databaseUrl)),
    redis: await openLine(portOf(redisUrl)),
    rabbitmq: await openLine(portOf(amqpUrl)),
    temporal: await openLine(portOf(`tcp://${temporalAddress}`)),
    payments: await openLine(portOf(paymentUrl)),
  };
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(lines).map((line) => line.close()));
  };
  try {
    const set = await startServices(
      stack,
      { api: 1, worker: 1, auditConsumer: 1 },
      {
        ...options,
        label: `${name}-`,
        env: {
          DATABASE_URL: through(databaseUrl, lines.postgres),
          REDIS_URL: through(redisUrl, lines.redis),
          AMQP_URL: through(amqpUrl, lines.rabbitmq),
          TEMPORAL_ADDRESS: `127.0.0.1:${lines.temporal.port}`,
          PAYMENT_URL: through(paymentUrl, lines.payments),
        },
      },
    );
    const [api, worker, auditConsumer] = [set.api[0], set.worker[0], set.auditConsumer[0]];
    if (!api || !worker || !auditConsumer) throw new Error(`lane ${name} lacks a service`);
    const open = async (): Promise<void> => {
      await Promise.all(Object.values(lines).map((line) => line.set({ kind: 'open' })));
    };
    return { lane: { name, lines, api, worker, auditConsumer, open, close }, set };
  } catch (error) {
    await close();
    throw error;
  }
}

const portOf = (address: string): number => Number(new URL(address).port);

function through(address: string, line: TcpLine): string {
  const url = new URL(address);
  url.port = String(line.port);
  return url.href.replace(/\/$/, '');
}
