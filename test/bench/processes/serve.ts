/** A message from the bench to a helper. */
export interface JobMessage {
  readonly job: unknown;
}
/** A message from a helper to the bench. */
export type ReplyMessage =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs the jobs that the bench sends, one at a time. The process exits when the bench ends.
 *
 * @param run `report` sends progress to the bench during the job
 */
export function serveJobs<Job, Result>(run: (job: Job, report: (progress: unknown) => void) => Promise<Result>): void {
  const send = (message: ReplyMessage): void => void process.send?.(message);
  // Ctrl-C signals every process of the terminal, but only the bench ends its helpers.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ job }: JobMessage) => {
    run(job as Job, (progress) => send({ kind: 'progress', progress })).then(
      (result) => send({ kind: 'result', result }),
      (error: unknown) =>
        send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
