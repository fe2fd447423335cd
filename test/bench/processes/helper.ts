import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobMessage, ReplyMessage } from './serve.js';

const STOP_TIMEOUT_MS = 10_000;

/** A process of the bench's own that does one job at a time. */
export interface Helper<Job, Result> {
  readonly name: string;
  readonly pid: number;
  /** @throws Error with what failed in the helper, or when it takes longer than `timeoutMs` */
  run(job: Job, o: { readonly timeoutMs: number; readonly onNews?: (news: unknown) => void }): Promise<Result>;
  stop(): Promise<void>;
}

/**
 * Starts a helper from its file in this folder. Load is generated and baselines are measured in processes of their own, so
 * that no two of the things that are compared share an event loop.
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
    run: (job, { timeoutMs, onNews }) =>
      new Promise<Result>((resolve, reject) => {
        const timer = setTimeout(
          () => over(() => reject(new Error(`${name}: no result after ${timeoutMs} ms`))),
          timeoutMs,
        );
        const onExit = (): void => over(() => reject(new Error(`${name} died`)));
        const onMessage = (message: ReplyMessage): void => {
          if (message.kind === 'news') onNews?.(message.news);
          else if (message.kind === 'result') over(() => resolve(message.result as Result));
          else over(() => reject(new Error(`${name}: ${message.message}`)));
        };
        function over(end: () => void): void {
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
