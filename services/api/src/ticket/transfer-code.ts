import { randomBytes } from 'node:crypto';
import type { TransferRefusal } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { problem, type Problem } from '../http/problems.js';

/** 128 random bits, too many to guess. */
const CODE_BYTES = 16;

/** The code of an offer, as its receiver sends it. */
export const transferCode = z
  .string()
  .max(64)
  .openapi({ description: 'The person who has it can take the ticket over, once.', example: 'kq3vX0mJ8cH2bq0tq1eW5A' });

export const newTransferCode = (): string => randomBytes(CODE_BYTES).toString('base64url');

/** The one place that maps why a ticket cannot change hands to HTTP. */
export function problemOfTransfer({ kind }: TransferRefusal): Problem {
  switch (kind) {
    case 'unknown_ticket':
      return problem('ticket-not-found');
    case 'admitted':
      return problem('ticket-not-transferable', {
        detail: 'Somebody was admitted with the ticket. Nothing was changed.',
      });
    case 'not_valid':
      return problem('ticket-not-transferable', {
        detail: 'The ticket or its event is cancelled, or the event is over. Nothing was changed.',
      });
  }
}
