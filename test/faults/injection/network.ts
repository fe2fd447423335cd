import type { FaultHarness } from '../harness/fault-harness.js';
import { UPSTREAMS, type Upstream } from '../harness/replica.js';
import type { ProxyState, TcpProxy } from '../harness/tcp-proxy.js';
import type { Random } from '../random.js';
import type { Fault, FaultKind } from './fault.js';

/** Share of the network faults that affect all replicas. */
const ALL_REPLICAS = 0.4;

/** Connections to a server are reset, and new ones refused. */
export const networkCut: FaultKind = {
  name: 'cut network',
  draw: (random, replicas) =>
    networkFault(random, replicas, {
      state: { kind: 'cut' },
      durationMs: random.pick([0, 1_000, 5_000]),
      resetAtEnd: false,
    }),
};

/** All traffic to and from a server is delayed. */
export const networkSlow: FaultKind = {
  name: 'slow network',
  draw: (random, replicas) =>
    networkFault(random, replicas, {
      state: { kind: 'slow', delayMs: random.pick([20, 100, 400]) },
      durationMs: random.pick([2_000, 6_000]),
      resetAtEnd: false,
    }),
};

/** Nothing arrives for a while. At the end the data arrives late, or is lost because its connections are reset. */
export const networkSilence: FaultKind = {
  name: 'silent network',
  draw: (random, replicas) =>
    networkFault(random, replicas, {
      state: { kind: 'silent' },
      durationMs: random.pick([1_000, 4_000, 12_000]),
      resetAtEnd: random.chance(0.5),
    }),
};

function networkFault(
  random: Random,
  replicas: readonly string[],
  o: { readonly state: ProxyState; readonly durationMs: number; readonly resetAtEnd: boolean },
): Omit<Fault, 'kind'> {
  const upstream = random.pick(UPSTREAMS);
  const affected = random.chance(ALL_REPLICAS) ? replicas : [random.pick(replicas)];
  const how = o.state.kind === 'slow' ? `slow by ${o.state.delayMs} ms` : o.state.kind;
  return {
    what: `network to ${upstream} of replica ${affected.join(' and ')} ${how} for ${o.durationMs} ms${o.resetAtEnd ? ', then reset' : ''}`,
    uses: affected.map((replica) => `network ${replica} ${upstream}`),
    durationMs: o.durationMs,
    async begin(harness) {
      const proxies = proxiesOf(harness, affected, upstream);
      await Promise.all(proxies.map((proxy) => proxy.set(o.state)));
      return async () => {
        if (o.resetAtEnd) for (const proxy of proxies) proxy.reset();
        await Promise.all(proxies.map((proxy) => proxy.set({ kind: 'open' })));
      };
    },
  };
}

function proxiesOf(harness: FaultHarness, replicas: readonly string[], upstream: Upstream): TcpProxy[] {
  return harness.replicas.filter(({ name }) => replicas.includes(name)).map(({ proxies }) => proxies[upstream]);
}
