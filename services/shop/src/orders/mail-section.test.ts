import { afterEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, TICKET, startGateway } from '../testing/gateway.js';

const ID = TICKET.ticketId;
const EMAIL = 'ann@example.com';
const GIVEN = { ...TICKET, transferred: true, code: null };
const PURCHASE = {
  purchaseId: ID,
  eventId: '1',
  userId: 'somebody',
  status: 'confirmed',
  amountMinor: 4_800,
  currency: 'EUR',
  tickets: [{ ticketId: ID, ticketType: 'Adult', serial: 1, status: 'valid' }],
};
/** The pages that say how a mail with tickets went. */
const PAGES = [`/orders/${ID}`, `/tickets/${ID}`];

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

interface Said {
  readonly mail?: object;
  readonly tickets?: object[];
  readonly language?: string;
  readonly isContactUnread?: boolean;
}

async function read(path: string, o: Said): Promise<string> {
  const mails = { mails: o.mail === undefined ? [] : [o.mail] };
  const gateway = await startGateway(
    {
      '/api/events/1': EVENT,
      ...(o.isContactUnread !== true && { '/api/contact': { name: 'Ann', email: EMAIL } }),
      [`/api/purchases/${ID}`]: PURCHASE,
      [`/api/purchases/${ID}/mails`]: mails,
      [`/api/purchases/${ID}/tickets`]: { tickets: o.tickets ?? [TICKET] },
      [`/api/tickets/${ID}`]: { ...TICKET, transferred: true },
      [`/api/tickets/${ID}/mails`]: mails,
    },
    'not-found',
  );
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  return (await app.request(path, { headers: { cookie, 'accept-language': o.language ?? 'en' } })).text();
}

describe.each(PAGES)('%s', (path) => {
  it('does not say that no address was given when the address cannot be read', async () => {
    expect(await read(path, {})).toContain(EMAIL);
    await close();
    expect(await read(path, { isContactUnread: true })).not.toContain('You have given no e-mail address');
  });

  it('blames the address for permanent answers of the mail server, and for nothing else', async () => {
    const failed = (error: string, language?: string) =>
      read(path, { mail: { mailId: ID, status: 'failed', error }, ...(language !== undefined && { language }) });
    for (const error of ['550 5.1.1', '554']) {
      expect(await failed(error)).toContain(`The mail server of ${EMAIL} does not take our mail.`);
      await close();
    }
    for (const error of ['451 4.7.1', 'ESOCKET', 'nothing_to_send', 'not_composed']) {
      const page = await failed(error);
      expect(page).toContain(`The mail to ${EMAIL} could not be delivered. Send the tickets again.`);
      expect(page).not.toContain('does not take our mail');
      await close();
    }
    expect(await failed('ESOCKET', 'de')).toContain('konnte nicht zugestellt werden');
  });
});

describe('an order', () => {
  const asks = /action="\/orders\/[\w-]+\/mail"/;

  it('whose tickets were all given away offers no mail', async () => {
    expect(await read(PAGES[0] ?? '', { tickets: [GIVEN] })).not.toMatch(asks);
  });

  it.each([
    ['of which one is left', [GIVEN, TICKET]],
    ['whose tickets cannot be read', []],
  ])('%s does', async (_, tickets) => {
    expect(await read(PAGES[0] ?? '', { tickets })).toMatch(asks);
  });
});
