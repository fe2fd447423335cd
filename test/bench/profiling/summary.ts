/** The parts of a `.cpuprofile` that are used here; times in µs. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

const IDLE = new Set(['(idle)', '(program)', '(root)']);
const MAX_ROWS = 20;

/** Self time by package and by function, in ms and in percent of the process's busy time. */
export function summarise(profile: CpuProfile): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const byPackage = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let busyMs = 0;
  let allMs = 0;
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id);
    const ms = (profile.timeDeltas?.[i] ?? 0) / 1_000;
    allMs += ms;
    if (!frame || IDLE.has(frame.functionName)) continue;
    busyMs += ms;
    const where = frame.functionName === '(garbage collector)' ? 'garbage collector' : placeOf(frame.url);
    add(byPackage, where, ms);
    add(byFunction, `${frame.functionName || '(anonymous)'} ${where}:${frame.lineNumber + 1}`, ms);
  }
  const head = `JavaScript ran ${busyMs.toFixed(0)} of ${allMs.toFixed(0)} ms`;
  return [head, '', 'by package', ...rows(byPackage, busyMs), '', 'by function', ...rows(byFunction, busyMs), ''].join(
    '\n',
  );
}

function add(sums: Map<string, number>, key: string, ms: number): void {
  sums.set(key, (sums.get(key) ?? 0) + ms);
}

function rows(sums: ReadonlyMap<string, number>, allMs: number): string[] {
  return [...sums]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MAX_ROWS)
    .map(([key, ms]) => `${ms.toFixed(0).padStart(8)} ms ${((ms / allMs) * 100).toFixed(1).padStart(5)} %  ${key}`);
}

/** A dependency by its package name, our own files by their path, Node's modules by their name. */
function placeOf(url: string): string {
  if (url === '') return 'native';
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  return /(?:packages|services|infra)\/.*$/.exec(url)?.[0] ?? url;
}
