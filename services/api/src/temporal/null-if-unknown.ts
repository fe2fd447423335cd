import { WorkflowNotFoundError } from '@temporalio/client';

/** What a call about a workflow returns; null if Temporal does not know the workflow, or its run is over. */
export async function nullIfUnknown<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
