const MAX_KEYS = 10_000;

/** What is known of idempotency keys, in memory: a restart forgets it. Beyond `MAX_KEYS` the oldest are forgotten. */
export interface RecentKeys<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

export function createRecentKeys<Value>(): RecentKeys<Value> {
  const values = new Map<string, Value>();
  return {
    get: (key) => values.get(key),
    set(key, value) {
      const oldest = values.size >= MAX_KEYS ? values.keys().next().value : undefined;
      if (oldest !== undefined) values.delete(oldest);
      values.set(key, value);
    },
  };
}
