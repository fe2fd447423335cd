import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { putContact } from '../contacts/contact.js';
import type { ClaimedPurchase } from '../purchases/claim.js';
import { finalisePurchases } from '../purchases/finalise.js';
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
      ...{ userId: mail.userId, purchaseId: mail.kind === 'tickets' ? mail.purchaseId : null },
    }));
    expect(due).toHaveLength(7);
    expect(due).toEqual(expect.arrayContaining(known));
    await pool.query('delete from mails');
  });

  it('is rolled back with it', async () => {
    const claim = await fixture.persisted(1);
    const { purchaseId } = await withContact(claim);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await finalisePurchases(client as unknown as pg.Pool, [claim]);
      expect((await client.query('select from mails where purchase_id = $1', [purchaseId])).rowCount).toBe(1);
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await listPurchaseMails(pool, purchaseId)).toEqual([]);
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
    expect([await hasDueMails(pool), await listPurchaseMails(pool, request.purchaseId)]).toMatchObject([
      false,
      [{ status: 'pending', error: '451', finishedAt: null }],
    ]);
    await attempt(mailId, { kind: 'sent' });
    await attempt(mailId, { kind: 'failed', error: '550' });
    expect(await listPurchaseMails(pool, request.purchaseId)).toMatchObject([{ status: 'sent', error: null }]);
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

it('mails are deleted after a month', async () => {
  const request = await withContact(await fixture.confirmed(1));
  await requestPurchaseMail(pool, request);
  await pool.query(`update mails set created_at = now() - interval '31 days' where purchase_id = $1`, [
    request.purchaseId,
  ]);
  expect(await deleteOldMails(pool)).toBe(false);
  expect(await listPurchaseMails(pool, request.purchaseId)).toEqual([]);
});
