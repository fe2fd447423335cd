import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line's program. Needs a build. */
export const PROGRAM = fileURLToPath(new URL('../../services/cli/dist/main.js', import.meta.url));
const TIMEOUT_MS = 60_000;

/** Exit code and output of one command. */
export interface CliRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output, parsed as one JSON document. */
  json<T>(): T;
}

export type Cli = (...args: readonly string[]) => Promise<CliRun>;

/** Runs commands as processes with only these environment variables, in an empty folder. Needs a build. */
export function createCli(env: Readonly<Record<string, string>>): Cli {
  const cwd = mkdtempSync(join(tmpdir(), 'box-office-'));
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env, timeout: TIMEOUT_MS });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err, json: <T>() => JSON.parse(out) as T }));
    });
}
