import { z } from 'zod';

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
