/** A random number generator with a seed: the same seed gives the same numbers. Never use it for secrets. */
export interface Random {
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  /** True with this probability (0 to 1). */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Picks by weight. Weights are positive and may have any sum. */
  weighted<T extends { readonly weight: number }>(from: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** Time to the next event of a Poisson process with `perSecond` events per second on average. */
  gapMs(perSecond: number): number;
  /** An independent generator, so that the draws of one part do not depend on the draws of another. */
  fork(name: string): Random;
}

/** The generator is sfc32; xmur3 hashes the seed into its state. */
export function createRandom(seed: string): Random {
  const next = generator(seed);
  const fraction = (): number => next() / 2 ** 32;
  const int = (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1));

  function pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError('nothing to pick from');
    return from[int(0, from.length - 1)] as T;
  }

  function weighted<T extends { readonly weight: number }>(from: readonly T[]): T {
    let at = fraction() * from.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of from) {
      at -= one.weight;
      if (at < 0) return one;
    }
    return pick(from);
  }

  function shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = int(0, i);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  return {
    int,
    pick,
    weighted,
    shuffled,
    chance: (share) => fraction() < share,
    gapMs: (perSecond) => (-Math.log(1 - fraction()) / perSecond) * 1_000,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** 32 random bits at each call. */
function generator(seed: string): () => number {
  const hash = hashOf(seed);
  let [a, b, c, d] = [hash(), hash(), hash(), hash()];
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

function hashOf(text: string): () => number {
  let h = 1_779_033_703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3_432_918_353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2_246_822_507);
    h = Math.imul(h ^ (h >>> 13), 3_266_489_909);
    h ^= h >>> 16;
    return h >>> 0;
  };
}
