import { decideFindings, findFinished, listStandingFindings } from '@box-office/records';
import type { ReconciliationDeps } from '../deps.js';

/**
 * Closes the findings of abandoned work that has come to its end meanwhile: whoever was to take it up was lost before it could
 * say so, or somebody else was faster.
 */
export async function closeRecovered({ pool }: Pick<ReconciliationDeps, 'pool'>): Promise<void> {
  const standing = await listStandingFindings(pool, { kinds: ['abandoned'] });
  const idOf = (subject: string): string => subject.slice(subject.lastIndexOf(' ') + 1);
  const finished = await findFinished(
    pool,
    standing.map(({ subject }) => idOf(subject)),
  );
  await decideFindings(
    pool,
    standing
      .filter(({ subject }) => finished.has(idOf(subject)))
      .map(({ findingId }) => ({ findingId, status: 'gone', action: 'nothing: it has come to its end' })),
  );
}
