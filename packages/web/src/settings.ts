import { readFileSync } from 'node:fs';
import { colourSetting, ConfigError, logLevelSetting } from '@box-office/platform';
import { readLogo } from '@box-office/ui';
import { z } from 'zod';
import type { TlsFiles } from './page-server.js';

/** What is in the file that a setting names. @throws with why it cannot be read, and without the value of the setting */
export function readSettingFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`its file cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
  }
}

/** A setting that is read once, at the start. What `read` throws says what is wrong with it. */
export const settingOf = <T>(read: (value: string) => T) =>
  z.string().transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });

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
  tlsFile: settingOf(readSettingFile).optional(),
  /** The organiser's name, on every page. */
  name: z.string().min(1).max(60).default('Box Office'),
  /** The organiser's colour, from which those of both themes are derived. */
  accent: colourSetting.optional(),
  /** The organiser's logo, in the place of the name: SVG or PNG. */
  logo: settingOf((path) => readLogo(readSettingFile(path))).optional(),
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
  logLevel: logLevelSetting,
};

/** The files of TLS; undefined without them. @throws ConfigError if there is only one */
export function readTls(cert: Buffer | undefined, key: Buffer | undefined): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === key) return undefined;
  throw new ConfigError('Configuration: TLS_CERT_FILE and TLS_KEY_FILE need each other');
}
