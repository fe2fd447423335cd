import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimCancellation } from '../cancellations/claim.js';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { putContact } from '../contacts/contact.js';
import type { ClaimedPurchase } from '../purchases/claim.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { findTicketsOfPurchase, type TicketRow } from '../tickets/find.js';
import { acceptTicket, offerTicket } from '../tickets/transfer.js';
import { hasDueMails, listDueMails, recordMailAttempt, type MailResult } from './due.js';
import { listPurchaseMails, requestPurchaseMail } from './of-purchase.js';
import { deleteOldMails } from './retention.js';

let fixture: EventFixture;
let pool: pg.Pool;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  ({ pool } = fixture);
});
afterAll(() => fixture.close());

const buyerOf = async ({ purchaseId }: ClaimedPurchase): Promise<string> => {
  const { rows } = await pool.query<{ user_id: string }>(
    'select user_id from event_ticket_transactions where id = $1',
    [purchaseId],
  );
  return rows[0]?.user_id ?? '';
};

async function withContact(claim: ClaimedPurchase): Promise<{ purchaseId: string; userId: string }> {
  const userId = await buyerOf(claim);
  await putContact(pool, { userId, name: 'Ann', email: 'ann@example.com', language: 'en' });
  return { purchaseId: claim.purchaseId, userId };
}

/** An attempt that nothing overtakes. */
const attempt = (mailId: string, result: MailResult): Promise<void> =>
  recordMailAttempt(pool, { mailId, readAt: new Date(Date.now() + 60_000).toISOString() }, result);

describe('the mail of a confirmed purchase', () => {
  it('is due with it for each buyer of a batch who has a contact, once, and for no other', async () => {
    const batch = await Promise.all(Array.from({ length: 20 }, () => fixture.persisted(1)));
    const known = await Promise.all(batch.slice(0, 7).map(withContact));
    await finalisePurchases(pool, batch);
    await finalisePurchases(pool, batch);
    const due = (await listDueMails(pool, 100)).map((mail) => ({
      userId: mail.userId,
      purchaseId: mail.kind === 'tickets' ? mail.purchaseId : null,
    }));
    expect(due).toHaveLength(7);
    expect(due).toEqual(expect.arrayContaining(known));
    await pool.query('delete from mails');
  });

  it('is rolled back with it', async () => {
    const claim = await fixture.persisted(1);
    const request = await withContact(claim);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await finalisePurchases(client as unknown as pg.Pool, [claim]);
      const values = [request.purchaseId];
      expect((await client.query('select from mails where purchase_id = $1', values)).rowCount).toBe(1);
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await listPurchaseMails(pool, request)).toEqual([]);
  });

  it('has no name and no address', async () => {
    const claim = await fixture.persisted(1);
    const { purchaseId } = await withContact(claim);
    await finalisePurchases(pool, [claim]);
    const { rows } = await pool.query<{ line: string }>('select m::text as line from mails m where purchase_id = $1', [
      purchaseId,
    ]);
    for (const text of ['Ann', 'example']) expect(rows[0]?.line).not.toContain(text);
  });
});

describe('an attempt', () => {
  it('is recorded once it has ended, and a mail that ended is not tried again', async () => {
    await pool.query('delete from mails');
    const request = await withContact(await fixture.confirmed(1));
    await requestPurchaseMail(pool, request);
    const [due] = await listDueMails(pool, 10);
    const mailId = due?.mailId ?? '';
    await attempt(mailId, { kind: 'retry', error: '451', retryInMs: 3_600_000 });
    expect([await hasDueMails(pool), await listPurchaseMails(pool, request)]).toMatchObject([
      false,
      [{ status: 'pending', error: '451', finishedAt: null }],
    ]);
    await attempt(mailId, { kind: 'sent' });
    await attempt(mailId, { kind: 'failed', error: '550' });
    expect(await listPurchaseMails(pool, request)).toMatchObject([{ status: 'sent', error: null }]);
  });
});

describe('requests', () => {
  it('that come at once make one mail, which is due now even if it was put off', async () => {
    const request = await withContact(await fixture.confirmed(1));
    const asked = await Promise.all(Array.from({ length: 5 }, () => requestPurchaseMail(pool, request)));
    const ids = new Set(asked.map((one) => (one.kind === 'requested' ? one.mail.mailId : one.kind)));
    expect(ids.size).toBe(1);
    const [mailId = ''] = ids;
    await attempt(mailId, { kind: 'retry', error: '451', retryInMs: 3_600_000 });
    await requestPurchaseMail(pool, request);
    expect((await listDueMails(pool, 100)).map((mail) => mail.mailId)).toContain(mailId);
  });

  it('with another address during an attempt make another mail, at most four in an hour; others do not', async () => {
    await pool.query('delete from mails');
    const request = await withContact(await fixture.confirmed(1));
    const sendDuring = async (act: () => Promise<unknown>): Promise<number> => {
      const [begun] = await listDueMails(pool, 10);
      if (!begun) throw new Error('no mail is due');
      await act();
      await requestPurchaseMail(pool, request);
      await recordMailAttempt(pool, begun, { kind: 'sent' });
      return (await listDueMails(pool, 10)).length;
    };
    const changeAddress = () =>
      putContact(pool, { userId: request.userId, name: 'Ann', email: `${randomUUID()}@example.com`, language: 'en' });
    await requestPurchaseMail(pool, request);
    expect(await sendDuring(() => Promise.resolve())).toBe(0);
    await requestPurchaseMail(pool, request);
    expect(await sendDuring(changeAddress)).toBe(1);
    expect(await sendDuring(changeAddress)).toBe(1);
    expect(await sendDuring(changeAddress)).toBe(0);
    expect(await requestPurchaseMail(pool, request)).toMatchObject({ kind: 'too_many' });
  });

  it('are refused above four in an hour, and without a contact', async () => {
    const claim = await fixture.confirmed(1);
    const userId = await buyerOf(claim);
    const ask = () => requestPurchaseMail(pool, { purchaseId: claim.purchaseId, userId });
    expect(await ask()).toEqual({ kind: 'no_contact' });
    await withContact(claim);
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      const asked = await ask();
      if (asked.kind !== 'requested') throw new Error(asked.kind);
      ids.push(asked.mail.mailId);
      await attempt(asked.mail.mailId, { kind: 'sent' });
    }
    await pool.query(`update mails set created_at = created_at - interval '50 minutes' where id = $1`, [ids[0]]);
    const refused = await ask();
    expect(refused).toEqual({ kind: 'too_many', retryAfterS: expect.any(Number) as number });
    expect(refused).toSatisfy(({ retryAfterS }: { retryAfterS: number }) => retryAfterS > 500 && retryAfterS <= 600);
  });
});

describe('the mail of a ticket that was taken over', () => {
  /** Somebody who takes tickets over. */
  async function newcomer(o: { email?: string } = {}): Promise<string> {
    const userId = `receiver ${randomUUID()}`;
    const { email = `${randomUUID()}@example.com` } = o;
    if (email !== '') await putContact(pool, { userId, name: 'Ben', email, language: 'en' });
    return userId;
  }
  async function give({ ticketId }: TicketRow, from: string, to: string): Promise<void> {
    const codeHash = createHash('sha256').update(randomUUID()).digest();
    expect((await offerTicket(pool, { ticketId, by: from, codeHash, lifetimeS: 60 })).kind).toBe('offered');
    for (let repeat = 0; repeat < 2; repeat++) {
      expect((await acceptTicket(pool, { codeHash, by: to, requestId: 'request' })).kind).toBe('accepted');
    }
  }
  /** A confirmed purchase and its tickets. */
  async function bought(quantity: number) {
    const request = await withContact(await fixture.confirmed(quantity));
    return { ...request, tickets: await findTicketsOfPurchase(pool, request.purchaseId, null) };
  }
  const mailsTo = async (purchaseId: string, userId: string) =>
    (await listPurchaseMails(pool, { purchaseId, userId })).map(({ status }) => status);

  it('is due for each one that a person with a contact takes over, once, and is theirs alone', async () => {
    const { purchaseId, userId: buyer, tickets } = await bought(3);
    const [ben, anon] = [await newcomer(), await newcomer({ email: '' })];
    const [first, second, third] = tickets as [TicketRow, TicketRow, TicketRow];
    await give(first, buyer, ben);
    await give(second, buyer, ben);
    await give(third, buyer, anon);
    expect(await mailsTo(purchaseId, ben)).toEqual(['pending', 'pending']);
    expect([await mailsTo(purchaseId, buyer), await mailsTo(purchaseId, anon)]).toEqual([[], []]);
    const mine = { purchaseId, userId: ben };
    const asked = await requestPurchaseMail(pool, mine);
    expect(asked.kind === 'requested' && asked.mail.mailId).toBe((await listPurchaseMails(pool, mine))[1]?.mailId);
  });

  it('can be requested by who has the ticket at the moment, and counts for that person', async () => {
    const { purchaseId, userId: buyer, tickets } = await bought(1);
    const [ben, cleo] = [await newcomer(), await newcomer()];
    const [ticket] = tickets as [TicketRow];
    const ask = async (userId: string) => (await requestPurchaseMail(pool, { purchaseId, userId })).kind;
    expect(await ask(ben)).toBe('no_ticket');
    for (let i = 0; i < 4; i++) {
      const asked = await requestPurchaseMail(pool, { purchaseId, userId: buyer });
      if (asked.kind !== 'requested') throw new Error(asked.kind);
      await attempt(asked.mail.mailId, { kind: 'sent' });
    }
    expect(await ask(buyer)).toBe('too_many');
    await give(ticket, buyer, ben);
    expect([await ask(buyer), await ask(ben)]).toEqual(['no_ticket', 'requested']);
    await give(ticket, ben, cleo);
    expect([await ask(ben), await ask(cleo)]).toEqual(['no_ticket', 'requested']);
    await claimCancellation(pool, fixture.cancellationRequest(purchaseId, { byOperator: true }));
    expect(await ask(cleo)).toBe('no_ticket');
  });

  it('is not made once twenty of a purchase were made in an hour', async () => {
    const { purchaseId, userId: buyer, tickets } = await bought(1);
    const [ticket] = tickets as [TicketRow];
    const people = await Promise.all(Array.from({ length: 22 }, () => newcomer({ email: 'ann@example.com' })));
    for (const [n, person] of people.entries()) await give(ticket, people[n - 1] ?? buyer, person);
    const sent = await Promise.all(people.map((person) => mailsTo(purchaseId, person)));
    expect(sent.flat()).toHaveLength(20);
  });
});

it('mails are deleted after a month', async () => {
  const request = await withContact(await fixture.confirmed(1));
  await requestPurchaseMail(pool, request);
  await pool.query(`update mails set created_at = now() - interval '31 days' where purchase_id = $1`, [
    request.purchaseId,
  ]);
  expect(await deleteOldMails(pool)).toBe(false);
  expect(await listPurchaseMails(pool, request)).toEqual([]);
});
