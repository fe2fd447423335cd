import { existsSync, mkdirSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../processes/run-command.js';

/** A certificate for this machine, and what signs it. */
export interface LocalCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** What a device has to trust. */
  readonly caFile: string;
  /** Names and addresses that it is for, the one for other devices first. */
  readonly hosts: readonly string[];
}

const TIMEOUT_MS = 20_000;
const CA_DAYS = 3_650;
/** Longer ones are refused by some browsers. */
const CERTIFICATE_DAYS = 397;
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/**
 * Makes a certificate for this machine's names and addresses of today with OpenSSL, signed by an authority of its own that
 * is made once: a phone that trusts it keeps trusting this stack.
 *
 * @param dir readable by its owner alone: it has private keys
 * @throws LauncherFailure
 */
export async function makeLocalCertificate(o: {
  readonly dir: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}): Promise<LocalCertificate> {
  mkdirSync(o.dir, { recursive: true, mode: 0o700 });
  const file = (name: string): string => join(o.dir, name);
  const [caFile, caKeyFile] = [file('ca.pem'), file('ca-key.pem')];
  const [certFile, keyFile] = [file('certificate.pem'), file('key.pem')];
  const openssl = (what: string, ...args: readonly string[]): Promise<void> =>
    runCommand({
      what,
      command: 'openssl',
      args: ['req', '-x509', ...KEY, ...args],
      env: o.env,
      timeoutMs: TIMEOUT_MS,
      logFile: o.logFile,
      signal: o.signal,
    });
  if (!existsSync(caFile)) {
    await openssl(
      'making a local certificate authority',
      ...['-keyout', caKeyFile, '-out', caFile, '-days', String(CA_DAYS), '-subj', `/CN=Box Office on ${hostname()}`],
      ...['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0', '-addext', 'keyUsage=critical,keyCertSign'],
    );
  }
  const addresses = [...lanAddresses(), '127.0.0.1'];
  const names = ['localhost', hostname()];
  const subjects = [...addresses.map((address) => `IP:${address}`), ...names.map((name) => `DNS:${name}`)];
  await openssl(
    'making a local certificate',
    ...['-CA', caFile, '-CAkey', caKeyFile, '-keyout', keyFile, '-out', certFile, '-days', String(CERTIFICATE_DAYS)],
    ...['-subj', '/CN=localhost', '-addext', `subjectAltName=${subjects.join(',')}`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth'],
  );
  return { certFile, keyFile, caFile, hosts: [...addresses, ...names] };
}

/** Under which other devices of the same network reach this machine. */
const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
