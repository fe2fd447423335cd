import { textOfError } from '../failure.js';

/** The result of a check, or why there is none. A part that is unavailable hides no other part. */
export type Checked<T> = T | { readonly unknown: string };

export async function checked<T>(check: () => Promise<T>): Promise<Checked<T>> {
  try {
    return await check();
  } catch (error) {
    return { unknown: textOfError(error) };
  }
}
