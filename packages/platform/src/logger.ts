import { pino } from "pino";
import type { Logger } from "pino";

export type { Logger };

/** Where secrets would appear if somebody logged a request or a connection's options. */
const SECRETS = [
  "authorization",
  "*.authorization",
  "password",
  "*.password",
  "token",
  "*.token",
  "req.headers.cookie",
];

/**
 * JSON lines on standard output with `service`, an ISO time and the level's name. Writes are synchronous,
 * so that the last line before an exit is never lost.
 */
export function createLogger(o: { service: string; level?: string }): Logger {
  return pino({
    level: o.level ?? "info",
    base: { service: o.service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS, censor: "[secret]" },
  });
}
