/** What the bench sends to one of its helpers, and what comes back. */
export interface JobMessage {
  readonly job: unknown;
}
export type ReplyMessage =
  | { readonly kind: 'news'; readonly news: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The helper's side: does the jobs that the bench sends, one at a time, and ends with the bench, however that ends.
 *
 * @param work `tell` sends news to the bench while the job goes on
 */
export function serveJobs<Job, Result>(work: (job: Job, tell: (news: unknown) => void) => Promise<Result>): void {
  const send = (message: ReplyMessage): void => void process.send?.(message);
  // Ctrl-C reaches every process of the terminal; the bench decides when its helpers end.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ job }: JobMessage) => {
    work(job as Job, (news) => send({ kind: 'news', news })).then(
      (result) => send({ kind: 'result', result }),
      (error: unknown) =>
        send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
