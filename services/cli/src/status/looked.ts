import { wordsOf } from '../failure.js';

/** What one look has shown, or why it has shown nothing. One part that is away hides no other. */
export type Looked<T> = T | { readonly unknown: string };

export async function looked<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return await look();
  } catch (error) {
    return { unknown: wordsOf(error) };
  }
}
