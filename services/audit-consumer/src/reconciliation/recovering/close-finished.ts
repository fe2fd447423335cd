import { decideFindings, findFinished, listActiveFindings } from '@box-office/database';
import type { ReconciliationDeps } from '../deps.js';

/**
 * Closes the findings of abandoned work that has finished: the recovery was lost before it recorded its result, or
 * another process was faster.
 */
export async function closeFinishedFindings({ pool }: Pick<ReconciliationDeps, 'pool'>): Promise<void> {
  const active = await listActiveFindings(pool, { kinds: ['abandoned'] });
  const idOf = (subject: string): string => subject.slice(subject.lastIndexOf(' ') + 1);
  const finished = await findFinished(
    pool,
    active.map(({ subject }) => idOf(subject)),
  );
  await decideFindings(
    pool,
    active
      .filter(({ subject }) => finished.has(idOf(subject)))
      .map(({ findingId }) => ({ findingId, status: 'gone', action: 'none: it has finished' })),
  );
}
