import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobMessage, ReplyMessage } from './serve.js';

const STOP_TIMEOUT_MS = 10_000;

/** A helper process of the bench that runs one job at a time. */
export interface Helper<Job, Result> {
  readonly name: string;
  readonly pid: number;
  /** @throws Error if the job fails or takes longer than `timeoutMs` */
  run(job: Job, o: { readonly timeoutMs: number; readonly onProgress?: (progress: unknown) => void }): Promise<Result>;
  stop(): Promise<void>;
}

/**
 * Starts a helper from its file in this folder. The load and each baseline run in separate processes, so that figures
 * that are compared with each other do not share an event loop.
 */
export function startHelper<Job, Result>(
  name: string,
  o: { readonly logDir: string; readonly env: Readonly<Record<string, string>> },
): Helper<Job, Result> {
  const log = openSync(join(o.logDir, `bench-${name}.log`), 'a');
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), {
    env: { ...o.env },
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', log, log, 'ipc'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} cannot be started`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    name,
    pid,
    run: (job, { timeoutMs, onProgress }) =>
      new Promise<Result>((resolve, reject) => {
        const timer = setTimeout(
          () => finish(() => reject(new Error(`${name}: no result after ${timeoutMs} ms`))),
          timeoutMs,
        );
        const onExit = (): void => finish(() => reject(new Error(`${name} died`)));
        const onMessage = (message: ReplyMessage): void => {
          if (message.kind === 'progress') onProgress?.(message.progress);
          else if (message.kind === 'result') finish(() => resolve(message.result as Result));
          else finish(() => reject(new Error(`${name}: ${message.message}`)));
        };
        function finish(end: () => void): void {
          clearTimeout(timer);
          child.off('exit', onExit);
          child.off('message', onMessage);
          end();
        }
        child.once('exit', onExit);
        child.on('message', onMessage);
        child.send({ job } satisfies JobMessage);
      }),
    async stop() {
      if (child.connected) child.disconnect();
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(force);
    },
  };
}
