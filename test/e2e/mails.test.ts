import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox } from '../support/mailbox.js';
import { newBuyer, SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';

/** The second attempt comes after five seconds, and the machine may be slow. */
const SOON = { timeout: 40_000, interval: 200 };

let system: TestSystem;
let mailbox: Mailbox;

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  mailbox = createMailbox(system.services.mailbox[0]?.url ?? '');
});
afterAll(() => system?.close());

const newAddress = (behaviour = 'ann'): string => `${behaviour}.${randomUUID()}@example.com`;

/** A buyer with a contact who has bought tickets. */
async function bought(email: string, o: { quantity?: number; language?: 'en' | 'de' } = {}) {
  const userId = newBuyer();
  const buyer = await system.buyer(userId);
  const { language = 'en', quantity = 1 } = o;
  await buyer.PUT('/api/contact', { body: { name: 'Ann Lee', email, language } });
  const event = await system.createEvent({ total: 10 });
  const { status, body } = await system.buy({ eventId: event.id, quantity }, { as: userId });
  expect(status).toBe(201);
  const params = { path: { id: body.purchaseId } };
  const lastMail = async () => (await buyer.GET('/api/purchases/{id}/mails', { params })).data?.mails[0];
  return { buyer, params, event, purchase: body, lastMail };
}

describe('the mail of a purchase', () => {
  it('has what was bought, when and where, a link to the order, the tickets as PDF and a calendar entry', async () => {
    const email = newAddress();
    const { event, purchase, lastMail } = await bought(email, { quantity: 2 });
    const mail = await mailbox.first(email);
    expect(mail.subject).toBe(`Your tickets for ${event.name}`);
    const shopUrl = system.services.shop[0]?.url ?? '';
    const words = mail.text.replaceAll('\u00A0', ' ');
    for (const text of [
      'Hello Ann Lee,',
      'Monday, 1 January 2035, 20:00 Central European Time',
      'Hall',
      'standard, No. 1',
      'EUR 50.00',
      purchase.transactionId,
      `${shopUrl}/orders/${purchase.purchaseId}`,
    ]) {
      expect(words).toContain(text);
    }
    expect(mail.html).toContain(`href="${shopUrl}/orders/${purchase.purchaseId}"`);
    expect(mail.attachments).toMatchObject([
      { filename: `tickets-${purchase.transactionId}.pdf`, contentType: 'application/pdf' },
      { filename: `event-${event.id}.ics`, contentType: 'text/calendar' },
    ]);
    const pdf = await mailbox.attachment(mail, 0);
    expect(pdf.match(/\/Type \/Page\n/g)).toHaveLength(2);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent', error: null });
    expect(await mailbox.to(email)).toHaveLength(1);
  });

  it('is in the language of the buyer', async () => {
    const email = newAddress();
    const { event } = await bought(email, { language: 'de' });
    const mail = await mailbox.first(email);
    expect(mail.subject).toBe(`Ihre Tickets für ${event.name}`);
    expect(mail.text).toContain('Montag, 1. Januar 2035, 20:00 Uhr Mitteleuropäische Zeit');
  });

  it('is sent when the mail server answers again', async () => {
    const server = system.services.mailbox[0];
    await server?.kill('SIGKILL');
    const email = newAddress();
    const { lastMail } = await bought(email);
    await sleep(6_000);
    expect(await lastMail()).toMatchObject({ status: 'pending' });
    await server?.start();
    await mailbox.first(email);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent' });
  });

  it('is given up at once if the recipient is refused, and the code is shown without the address', async () => {
    const email = newAddress('refused');
    const { lastMail } = await bought(email);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'failed', error: '550 5.1.1' });
    const { rows } = await system.pool.query('select from mails m where m::text like $1', [`%${email}%`]);
    expect(rows).toEqual([]);
  });

  it('is tried again after a temporary refusal', async () => {
    const email = newAddress('greylisted');
    const { lastMail } = await bought(email);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'pending', error: '451 4.7.1' });
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent', error: null });
    expect(await mailbox.to(email)).toHaveLength(1);
  });

  it('is sent twice with one Message-ID if the answer of the mail server was lost', async () => {
    const email = newAddress('lost');
    const { lastMail } = await bought(email);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent' });
    const mails = await mailbox.to(email);
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('is not lost if the worker is killed before the answer, and has the same Message-ID if it comes twice', async () => {
    const email = newAddress('slow');
    const { lastMail } = await bought(email);
    await sleep(2_000);
    const [worker] = system.services.worker;
    await worker?.kill('SIGKILL');
    expect(await lastMail()).toMatchObject({ status: 'pending' });
    await worker?.start();
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent' });
    const mails = await mailbox.to(email);
    expect(mails.length).toBeGreaterThan(0);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

describe('a buyer', () => {
  it('sends the tickets again, to another address, and not too often', async () => {
    const email = newAddress();
    const { buyer, params, lastMail } = await bought(email);
    await mailbox.first(email);
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent' });
    const other = newAddress();
    await buyer.PUT('/api/contact', { body: { name: 'Ann Lee', email: other, language: 'en' } });
    const send = async () => (await buyer.POST('/api/purchases/{id}/mails', { params })).response.status;
    for (let i = 0; i < 3; i++) {
      expect(await send()).toBe(202);
      await expect.poll(lastMail, SOON).toMatchObject({ status: 'sent' });
    }
    expect(await send()).toBe(429);
    const [first, second] = await mailbox.to(other);
    expect(first?.messageId).not.toBe(second?.messageId);
    expect(await mailbox.to(email)).toHaveLength(1);
  });

  it('without a contact gets no mail, and one whose data were erased gets none that waits', async () => {
    const event = await system.createEvent({ total: 10 });
    const { body } = await system.buy({ eventId: event.id, quantity: 1 });
    const params = { path: { id: body.purchaseId } };
    expect((await system.operator.GET('/api/purchases/{id}/mails', { params })).data?.mails).toEqual([]);
    expect((await system.operator.POST('/api/purchases/{id}/mails', { params })).response.status).toBe(409);
    const email = newAddress('greylisted');
    const { lastMail } = await bought(email);
    await expect.poll(lastMail, SOON).toMatchObject({ error: '451 4.7.1' });
    await system.operator.POST('/api/operations/contacts/erase', { body: { email } });
    await expect.poll(lastMail, SOON).toMatchObject({ status: 'failed', error: 'no_contact' });
    expect(await mailbox.to(email)).toEqual([]);
  });

  it('cannot see or send the mails of another buyer', async () => {
    const { params } = await bought(newAddress());
    const other = await system.buyer(newBuyer());
    expect((await other.GET('/api/purchases/{id}/mails', { params })).response.status).toBe(404);
    expect((await other.POST('/api/purchases/{id}/mails', { params })).response.status).toBe(404);
  });
});

describe('the mail of a ticket that was given away', () => {
  /** Somebody with a contact who takes tickets over. */
  async function receiver(email: string, language: 'en' | 'de' = 'en') {
    const userId = newBuyer();
    const person = await system.buyer(userId);
    await person.PUT('/api/contact', { body: { name: 'Ben Gray', email, language } });
    return person;
  }
  type Person = Awaited<ReturnType<typeof receiver>>;
  async function give(ticketId: string, from: Person, to: Person): Promise<void> {
    const offer = await from.POST('/api/ticket-transfers', { body: { ticketId } });
    const accepted = await to.POST('/api/ticket-transfers/accept', { body: { code: offer.data?.code ?? '' } });
    expect(accepted.response.status).toBe(200);
  }

  it('goes to who has it, with that alone and nothing of the order, and not to who had it before', async () => {
    const [addressOfAnn, addressOfBen, addressOfCleo] = [newAddress(), newAddress('greylisted'), newAddress()];
    const { buyer: ann, params, event, purchase } = await bought(addressOfAnn, { quantity: 2 });
    const [ben, cleo] = [await receiver(addressOfBen), await receiver(addressOfCleo, 'de')];
    const { data } = await ann.GET('/api/purchases/{id}/tickets', { params });
    const ticketId = data?.tickets[0]?.ticketId ?? '';
    await mailbox.first(addressOfAnn);

    const ofTicket = { params: { path: { id: ticketId } } };
    const mailTo = async (person: Person) => (await person.GET('/api/tickets/{id}/mails', ofTicket)).data?.mails[0];
    await give(ticketId, ann, ben);
    await expect.poll(() => mailTo(ben), SOON).toMatchObject({ status: 'pending', error: '451 4.7.1' });
    await give(ticketId, ben, cleo);

    const mail = await mailbox.first(addressOfCleo);
    expect([mail.subject, mail.attachments.length]).toEqual([`Ihre Tickets für ${event.name}`, 2]);
    expect(mail.text).toContain(`${system.services.shop[0]?.url ?? ''}/tickets/${ticketId}`);
    for (const text of ['Bezahlt', 'gekauft', purchase.transactionId, purchase.purchaseId]) {
      expect(mail.text + mail.html).not.toContain(text);
    }
    expect((await mailbox.attachment(mail, 0)).match(/\/Type \/Page\n/g)).toHaveLength(1);
    const endedFor = async () =>
      (
        await system.pool.query(
          `select user_id, error from mails where purchase_id = $1 and error = 'nothing_to_send'`,
          [purchase.purchaseId],
        )
      ).rowCount;
    await expect.poll(endedFor, SOON).toBe(1);
    expect(await mailbox.to(addressOfBen)).toEqual([]);

    expect((await ann.POST('/api/purchases/{id}/mails', { params })).response.status).toBe(202);
    await expect.poll(async () => (await mailbox.to(addressOfAnn)).length, SOON).toBe(2);
    const [again] = await mailbox.to(addressOfAnn);
    expect(again && (await mailbox.attachment(again, 0)).match(/\/Type \/Page\n/g)).toHaveLength(1);
  });
});
