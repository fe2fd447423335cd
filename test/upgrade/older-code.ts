import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkDependencies } from '../support/link-dependencies.js';
import { demand, UpgradeFailure } from './upgrade-failure.js';

const MIGRATIONS = 'packages/database/migrations';
const STEP_TIMEOUT_MS = 10 * 60_000;

/** A commit that is checked out and built in a folder of its own. */
export interface OlderCode {
  readonly dir: string;
  /** Abbreviated commit and subject. */
  readonly name: string;
  remove(): void;
}

/** The last tag before today's commit, else the commit before it. */
export function defaultCommit(root: string): string {
  const { status, stdout } = spawnSync('git', ['describe', '--tags', '--abbrev=0', 'HEAD~1'], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : 'HEAD~1';
}

/** @throws UpgradeFailure if the commit does not exist, or its database could not follow today's migrations */
export function demandEarlierMigrations(root: string, commit: string): void {
  const older = run('git', ['ls-tree', '--name-only', `${commit}:${MIGRATIONS}`], root)
    .trim()
    .split('\n');
  const today = readdirSync(join(root, MIGRATIONS)).sort();
  const differing = older.find((name, place) => name !== today[place]);
  const ours = today[older.indexOf(differing ?? '')] ?? 'none';
  demand(
    differing === undefined,
    `Its database cannot follow: ${commit} has the migration ${differing} where today's code has ${ours}. ` +
      'Begin with a later commit (--from).',
  );
}

/** @throws UpgradeFailure if the commit does not exist or cannot be built */
export function buildOlderCode(root: string, dir: string, commit: string): OlderCode {
  const git = (...args: string[]): string => run('git', args, root).trim();
  const remove = (): void => {
    rmSync(dir, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  remove();
  const name = git('log', '-1', '--format=%h (%s)', commit);
  git('worktree', 'add', '--detach', dir, commit);
  try {
    if (dependenciesOf(dir) === dependenciesOf(root)) linkDependencies(root, dir);
    else run('npm', ['ci', '--no-audit', '--no-fund'], dir);
    run('npm', ['run', 'build'], dir);
    return { dir, name, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The dependencies that a lock file names, without the packages of the repository itself. */
function dependenciesOf(dir: string): string {
  const file = join(dir, 'package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { link?: boolean }> };
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
  return JSON.stringify(installed);
}

function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', timeout: STEP_TIMEOUT_MS, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-10).join('\n');
    throw new UpgradeFailure(`${program} ${args.join(' ')} failed in ${cwd}:\n${output || message}`);
  }
}
