/** Bounds the history: after so many pages the workflow continues as new. */
const MAX_PAGES_PER_RUN = 100;

/**
 * Has page after page delivered, by an activity that answers whether there may be more.
 *
 * @returns whether all are; else the workflow continues as new
 */
export async function takePages(deliverPage: () => Promise<boolean>): Promise<boolean> {
  for (let page = 1; page <= MAX_PAGES_PER_RUN; page++) {
    if (!(await deliverPage())) return true;
  }
  return false;
}

/** Retries of such an activity. What it has delivered is recorded: a further attempt begins after that. */
export const PAGE_RETRIES = {
  startToCloseTimeout: '2m',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} as const;
