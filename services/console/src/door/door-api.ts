import { createApiClient } from '@box-office/api-client';
import { forwardedFor, type TokenIssuer } from '@box-office/web';
import type { ConsoleDeps } from '../http/view.js';
import { mayWorkAt } from '../sign-in/staff.js';

const CALL_TIMEOUT_MS = 5_000;

/** The gateway for doors. Each token is for the one event whose door is open; there is none for an event of others. */
export function createDoorApi(o: { url: string; tokens: Pick<TokenIssuer, 'tokenOf'> }): ConsoleDeps['doorApi'] {
  return async (c, staff, eventId) => {
    if (!mayWorkAt(staff, eventId)) return null;
    const token = await o.tokens.tokenOf(staff.subject, { role: 'door', events: [eventId] });
    const address = forwardedFor(c);
    const headers = address === undefined ? {} : { 'x-forwarded-for': address };
    return createApiClient({ url: o.url, timeoutMs: CALL_TIMEOUT_MS, token, headers });
  };
}
