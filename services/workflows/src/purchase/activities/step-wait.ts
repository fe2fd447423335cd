/**
 * How long the activity of a step waits:
 * - `soft_deadline`: for a payment until the soft deadline
 * - `until_known`: until each outcome is known
 * - `fast_path`: as `soft_deadline`, and for no event whose inventory cannot be used while those of others can: its
 *   purchases have no outcome. No purchase was begun before the activity that runs.
 */
export type StepWait = 'fast_path' | 'soft_deadline' | 'until_known';
