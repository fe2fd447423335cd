/**
 * What the mailbox does with mails to an address, by how its local part begins: it stands for the servers of others.
 *
 * - `refused`: there is no such recipient (550)
 * - `greylisted`: the first attempt is answered "later" (451)
 * - `slow`: a mail is answered after three seconds
 * - `lost`: a mail is kept, and the connection is cut in place of the answer; from the second one on it is answered
 */
export type Behaviour = 'accepted' | 'refused' | 'greylisted' | 'slow' | 'lost';

const BEHAVIOURS = ['refused', 'greylisted', 'slow', 'lost'] as const;

export const behaviourOf = (address: string): Behaviour =>
  BEHAVIOURS.find((one) => new RegExp(`^${one}\\b`).test(address)) ?? 'accepted';
