import { withTimeout } from './with-timeout.js';

/** Each check resolves when what it looks at works; its value is ignored. */
export type HealthChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface HealthReport {
  readonly ok: boolean;
  /** Name of each failed check with its error's message. */
  readonly failed: Record<string, string>;
  /** The same of checks without which the process can do its work. */
  readonly degraded?: Record<string, string>;
}

/** Runs all checks at once; one that takes longer than `timeoutMs` has failed. Never rejects. */
export async function runHealthChecks(checks: HealthChecks, timeoutMs: number): Promise<HealthReport> {
  const failed: Record<string, string> = {};
  await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withTimeout(check(), timeoutMs);
      } catch (error) {
        failed[name] = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  return { ok: Object.keys(failed).length === 0, failed };
}
