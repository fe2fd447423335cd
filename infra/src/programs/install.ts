import { LauncherFailure } from '../failure.js';
import { outputOf, runCommand } from '../processes/run-command.js';
import { formatDuration, type Reporter } from '../reporting.js';
import { findProgram, programFolders } from './find.js';

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Where the script works on this machine. */
const PLACES = {
  lock: '/run/lock/box-office-install',
  policy: '/usr/sbin/policy-rc.d',
  systemd: '/run/systemd/system',
};
/** Tells our policy from one that the system's owner put there. */
const MARK = 'by Box Office, for the time of an installation';
const removePolicyAt = (policy: string): string => `if grep -qs "${MARK}" ${policy}; then rm -f ${policy}; fi`;

/** Debian's names. */
export type AptPackage = 'postgresql' | 'redis-server' | 'rabbitmq-server' | 'chromium-headless-shell';

/**
 * Installs what is missing with apt, where the user may: as root, or with a sudo that asks for no password. The
 * packages' own services are neither started nor enabled: they would take the standard ports of this machine.
 *
 * @throws LauncherFailure naming the one command to run, where we may not
 */
export async function installPackages(o: {
  packages: readonly AptPackage[];
  env: Readonly<Record<string, string>>;
  logFile: string;
  report: Reporter;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${o.packages.join(' ')}`;
  const folders = programFolders(o.env['PATH']);
  if (findProgram('apt-get', folders) === undefined) {
    throw new LauncherFailure(
      `missing: ${o.packages.join(', ')}. Install them with your system's package manager (Debian's names), then run ` +
        'this again',
    );
  }
  const prefix = await rootPrefix(folders);
  if (prefix === undefined) {
    throw new LauncherFailure(`missing: ${o.packages.join(', ')}. Run: sudo ${command}`);
  }
  o.report.info(`installing ${o.packages.join(', ')} with apt (at most ${formatDuration(INSTALL_TIMEOUT_MS)})`);
  const { env, logFile, report, signal } = o;
  const asRoot = (script: string): [string, string[]] => {
    const [program = 'sh', ...args] = [...prefix, 'sh', '-c', script];
    return [program, args];
  };
  const [program, args] = asRoot(installScript(o.packages));
  const what = `installing ${o.packages.join(', ')}`;
  try {
    await runCommand({ what, command: program, args, env, timeoutMs: INSTALL_TIMEOUT_MS, logFile, report, signal });
  } catch (error) {
    // The script does this itself, unless it was killed.
    await outputOf(...asRoot(removePolicyAt(PLACES.policy)));
    throw error;
  }
}

/** What to put before a command so that it runs as root; undefined where that would need a password. */
async function rootPrefix(folders: readonly string[]): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo', folders);
  if (sudo === undefined) return undefined;
  return (await outputOf(sudo, ['-n', 'true'])) === undefined ? undefined : [sudo, '-n'];
}

/**
 * `policy-rc.d` is Debian's way to say that packages may not start their services; one that is there already stays.
 * What systemd enables for the next boot is disabled again, unless it was enabled before: a service of the machine's
 * owner, of which a package may be here in a version that is too old for us.
 */
export function installScript(packages: readonly AptPackage[], { lock, policy, systemd } = PLACES): string {
  const list = packages.join(' ');
  return [
    'set -e',
    // One installation at a time: another one would fail on apt's lock, or remove the policy while this one needs it.
    `exec 9> ${lock}`,
    'flock 9',
    `trap '${removePolicyAt(policy)}' EXIT`,
    `if [ ! -e ${policy} ]; then`,
    `  printf '#!/bin/sh\\n# ${MARK}\\nexit 101\\n' > ${policy}`,
    `  chmod 755 ${policy}`,
    'fi',
    "ours=''",
    `for one in ${list}; do if ! systemctl is-enabled --quiet $one 2>/dev/null; then ours="$ours $one"; fi; done`,
    'export DEBIAN_FRONTEND=noninteractive',
    'apt-get -o DPkg::Lock::Timeout=300 update',
    `apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install -y --no-install-recommends ${list}`,
    `if [ -d ${systemd} ] && [ -n "$ours" ]; then systemctl disable $ours || true; fi`,
  ].join('\n');
}
