import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger };

/** Where secrets would appear if somebody logged a request or a connection's options. */
const SECRETS = [
  'authorization',
  '*.authorization',
  'password',
  '*.password',
  'token',
  '*.token',
  'req.headers.cookie',
];

/**
 * JSON lines on standard output with `service`, an ISO time and the level's name. Writes are synchronous,
 * so that the last lines before an exit are neither lost nor out of order.
 */
export function createLogger(o: { service: string; level?: string }): Logger {
  const options = {
    level: o.level ?? 'info',
    base: { service: o.service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS, censor: '[secret]' },
  };
  // pino's default destination is asynchronous: at an exit it changes the order of the last lines.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}
