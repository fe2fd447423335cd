import type { Arena } from '../ground/arena.js';
import { UPSTREAMS, type Upstream } from '../ground/lane.js';
import type { LineState, TcpLine } from '../ground/tcp-line.js';
import type { Random } from '../random.js';
import type { Fault, FaultKind } from './fault.js';

/** Share of the disturbances that hit the lines of all lanes at once. */
const ALL_LANES = 0.4;

/** Connections to a server are reset, and new ones refused. */
export const lineCut: FaultKind = {
  name: 'cut line',
  draw: (random, lanes) =>
    disturb(random, lanes, { state: { kind: 'cut' }, durationMs: random.pick([0, 1_000, 5_000]), resetAtEnd: false }),
};

/** Everything on the way to and from a server takes its time. */
export const lineSlow: FaultKind = {
  name: 'slow line',
  draw: (random, lanes) =>
    disturb(random, lanes, {
      state: { kind: 'slow', delayMs: random.pick([20, 100, 400]) },
      durationMs: random.pick([2_000, 6_000]),
      resetAtEnd: false,
    }),
};

/** Nothing arrives for a while; at the end it all arrives late, or is lost with its connections. */
export const lineSilence: FaultKind = {
  name: 'silent line',
  draw: (random, lanes) =>
    disturb(random, lanes, {
      state: { kind: 'silent' },
      durationMs: random.pick([1_000, 4_000, 12_000]),
      resetAtEnd: random.chance(0.5),
    }),
};

function disturb(
  random: Random,
  lanes: readonly string[],
  o: { readonly state: LineState; readonly durationMs: number; readonly resetAtEnd: boolean },
): Omit<Fault, 'kind'> {
  const upstream = random.pick(UPSTREAMS);
  const hit = random.chance(ALL_LANES) ? lanes : [random.pick(lanes)];
  const how = o.state.kind === 'slow' ? `slow by ${o.state.delayMs} ms` : o.state.kind;
  return {
    what: `line to ${upstream} of lane ${hit.join(' and ')} ${how} for ${o.durationMs} ms${o.resetAtEnd ? ', then reset' : ''}`,
    uses: hit.map((lane) => `line ${lane} ${upstream}`),
    durationMs: o.durationMs,
    async begin(arena) {
      const lines = linesOf(arena, hit, upstream);
      await Promise.all(lines.map((line) => line.set(o.state)));
      return async () => {
        if (o.resetAtEnd) for (const line of lines) line.reset();
        await Promise.all(lines.map((line) => line.set({ kind: 'open' })));
      };
    },
  };
}

function linesOf(arena: Arena, lanes: readonly string[], upstream: Upstream): TcpLine[] {
  return arena.lanes.filter(({ name }) => lanes.includes(name)).map(({ lines }) => lines[upstream]);
}
