import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { foreignHomesOf } from '../servers/postgres-home.js';

/** Survives an ephemeral stack: the lock that is being held, and the logs, which tell why something went wrong. */
const KEPT: ReadonlySet<string> = new Set(['launcher.json', 'logs']);

/** Removes a stack's data, here and where PostgreSQL had to keep it; nothing of it may be running. */
export function removeStackData(stackDir: string): void {
  const dir = resolve(stackDir);
  const { parent, prefix } = foreignHomesOf(dir);
  for (const name of namesIn(parent)) {
    if (name.startsWith(prefix)) rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
  if (namesIn(parent).length === 0) rmdirIfThere(parent);
  for (const name of namesIn(dir)) {
    if (!KEPT.has(name)) rmSync(join(dir, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function rmdirIfThere(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Never there, or another launcher has just put something into it.
  }
}
