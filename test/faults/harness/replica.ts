import {
  startServices,
  type PrivateStack,
  type RunningServices,
  type ServiceHandle,
  type ServiceOptions,
} from '@box-office/infra';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** Where buyers return after an authentication. */
export const RETURN_URL = 'https://shop.example/return';
/** Short, so that buyers who never authenticate are declined within a run. */
const AUTHENTICATION_TIMEOUT_MS = 8_000;

/** Servers that services reach through proxies. */
export const UPSTREAMS = ['postgres', 'redis', 'rabbitmq', 'temporal', 'payments'] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** One gateway, one worker and one audit consumer, with their own proxies to all servers. */
export interface Replica {
  readonly name: string;
  readonly proxies: Readonly<Record<Upstream, TcpProxy>>;
  readonly api: ServiceHandle;
  readonly worker: ServiceHandle;
  readonly auditConsumer: ServiceHandle;
  /** Opens all its proxies. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the services of a replica, connected to the stack's servers through proxies. */
export async function openReplica(
  name: string,
  stack: PrivateStack,
  options: ServiceOptions,
): Promise<{ readonly replica: Replica; readonly set: RunningServices }> {
  const { databaseUrl, redisUrl, amqpUrl, temporalAddress, paymentUrl } = stack.addresses;
  const proxies = {
    postgres: await openTcpProxy(portOf(databaseUrl)),
    redis: await openTcpProxy(portOf(redisUrl)),
    rabbitmq: await openTcpProxy(portOf(amqpUrl)),
    temporal: await openTcpProxy(portOf(`tcp://${temporalAddress}`)),
    payments: await openTcpProxy(portOf(paymentUrl)),
  };
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  };
  try {
    const set = await startServices(
      stack,
      { api: 1, worker: 1, auditConsumer: 1 },
      {
        ...options,
        label: `${name}-`,
        env: {
          DATABASE_URL: viaProxy(databaseUrl, proxies.postgres),
          REDIS_URL: viaProxy(redisUrl, proxies.redis),
          AMQP_URL: viaProxy(amqpUrl, proxies.rabbitmq),
          TEMPORAL_ADDRESS: `127.0.0.1:${proxies.temporal.port}`,
          PAYMENT_URL: viaProxy(paymentUrl, proxies.payments),
          PAYMENT_RETURN_ORIGINS: new URL(RETURN_URL).origin,
          AUTHENTICATION_TIMEOUT_MS: String(AUTHENTICATION_TIMEOUT_MS),
          STRIPE_WEBHOOK_SECRET: 'whsec_simulator',
        },
      },
    );
    const [api, worker, auditConsumer] = [set.api[0], set.worker[0], set.auditConsumer[0]];
    if (!api || !worker || !auditConsumer) throw new Error(`replica ${name} lacks a service`);
    const open = async (): Promise<void> => {
      await Promise.all(Object.values(proxies).map((proxy) => proxy.set({ kind: 'open' })));
    };
    return { replica: { name, proxies, api, worker, auditConsumer, open, close }, set };
  } catch (error) {
    await close();
    throw error;
  }
}

const portOf = (address: string): number => Number(new URL(address).port);

function viaProxy(address: string, proxy: TcpProxy): string {
  const url = new URL(address);
  url.port = String(proxy.port);
  return url.href.replace(/\/$/, '');
}
