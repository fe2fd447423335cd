import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TlsFiles } from './page-server.js';

/** What a process that serves pages reads of its environment, whatever its variables are called. */
export const pageSettings = {
  /** The gateway. */
  apiUrl: z.url({ protocol: /^https?$/ }),
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535),
  /** How the pages are reached. With https their cookie is bound to the host, and plain HTTP is forbidden. */
  publicOrigin: z
    .url({ protocol: /^https?$/ })
    .transform((url) => new URL(url).origin)
    .optional(),
  /** PEM; both or none. With them the process speaks TLS itself. */
  tlsFile: z.string().min(1).optional(),
  /** The organiser's name, on every page. */
  name: z.string().min(1).max(60).default('Box Office'),
  /** Signs the cookies of sessions. */
  sessionSecret: z.string().min(32, 'at least 32 characters'),
  /** Private key of the tokens that the process issues: Ed25519, PKCS #8, DER, in Base64. */
  signingKey: z.base64(),
  /** Issuer or audience of these tokens. */
  tokenParty: z.string().min(1).max(1_024),
  flag: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
};

/** What the settings of TLS name; undefined without them. @throws if a file cannot be read, or only one is named */
export function readTls(certFile: string | undefined, keyFile: string | undefined): TlsFiles | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE need each other');
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}
