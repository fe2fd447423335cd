interface Callable {
  executeWithOptions(options: object, args: readonly unknown[]): Promise<unknown>;
}

/**
 * Adds to each call of these activities the summary that the Temporal UI shows for it. A summary that the caller gives takes
 * precedence.
 *
 * @param activities as `proxyActivities` or `proxyLocalActivities` returns them
 */
export function withSummaries<T extends object>(activities: T, summaries: Readonly<Record<keyof T, string>>): T {
  const withSummary = (name: keyof T) => {
    const activity = activities[name] as Callable;
    const executeWithOptions = (options: object, args: readonly unknown[]) =>
      activity.executeWithOptions({ summary: summaries[name], ...options }, args);
    const call = (...args: readonly unknown[]) => executeWithOptions({}, args);
    return [name, Object.assign(call, { executeWithOptions })] as const;
  };
  return Object.fromEntries((Object.keys(summaries) as (keyof T)[]).map(withSummary)) as T;
}
