import { randomUUID } from 'node:crypto';
import type { PurchasePayments } from '@box-office/payments';
import type { MoneyOnRecord } from '@box-office/database';
import { describe, expect, it } from 'vitest';
import { comparePayments } from './payments.js';
import type { ReturnedPayments } from './shortfall.js';

const purchaseId = randomUUID();

const record = (o: Partial<MoneyOnRecord> = {}): MoneyOnRecord => ({
  purchaseId,
  eventId: '1',
  status: 'confirmed',
  currency: 'EUR',
  authorisationId: 'first',
  paymentAttempt: 1,
  amountMinor: 5_000,
  validMinor: 5_000,
  underWay: false,
  paidBackByHand: false,
  disputedMinor: 0,
  disputeId: null,
  unknownDisputeId: null,
  usedOrTransferred: false,
  createdAt: '2026-01-01T00:00:00Z',
  keepMinor: o.validMinor ?? 5_000,
  ...o,
});

type Authorisation = PurchasePayments['authorisations'][number];

const captured = (authorisationId: string, capturedMinor: number, refundedMinor = 0): Authorisation => ({
  authorisationId,
  key: `${purchaseId}:1:authorise`,
  amountMinor: capturedMinor,
  currency: 'EUR',
  state: 'captured',
  capturedMinor,
  refundedMinor,
});

const found = (
  authorisations: Authorisation[],
  known?: MoneyOnRecord,
  returnedPayments: ReturnedPayments = 'report',
): string[] =>
  comparePayments({ purchaseId, authorisations }, known, returnedPayments).map(({ kind, subject, repair }) =>
    [kind, subject.replace(purchaseId, '').trim(), repair.kind].filter((part) => part !== '').join(' '),
  );

describe('what the provider says and this release does not know', () => {
  const unknown: Authorisation = { ...captured('second', 0), state: 'unknown' };

  it('is handed over, and nothing is concluded from the rest of the purchase', () => {
    expect(found([captured('first', 5_000), unknown], record())).toEqual(['ticket_without_charge second hand_over']);
    expect(found([unknown], record())).toEqual(['ticket_without_charge second hand_over']);
    expect(found([captured('first', 5_000), unknown], record({ validMinor: 0 }))).toEqual([
      'charge_without_ticket second hand_over',
    ]);
    expect(found([unknown])).toEqual(['charge_without_ticket second hand_over']);
  });

  it('is handed over of a dispute too, also where returned payments cancel tickets', () => {
    const disputed = record({ disputeId: 'du_1', unknownDisputeId: 'du_1' });
    expect(found([captured('first', 5_000)], disputed, 'cancel_tickets')).toEqual(['ticket_without_charge hand_over']);
    expect(found([captured('first', 5_000, 5_000)], disputed, 'cancel_tickets')).toEqual([
      'ticket_without_charge hand_over',
    ]);
  });
});

describe('payments of a purchase with valid tickets', () => {
  it('are right if the provider keeps the price of the tickets, from whichever authorisation', () => {
    expect(found([captured('first', 5_000)], record())).toEqual([]);
    expect(found([captured('first', 5_000, 5_000), captured('second', 5_000)], record())).toEqual([]);
  });

  it('that were made twice are refunded once, and never the payment on record', () => {
    const twice = [captured('second', 5_000), captured('first', 5_000)];
    expect(found(twice, record())).toEqual(['charge_without_ticket second void_or_refund']);
  });

  it('are handed over to an operator if no authorisation can be refunded as a whole', () => {
    expect(found([captured('first', 5_000, 2_500), captured('second', 5_000)], record())).toEqual([
      'charge_without_ticket hand_over',
    ]);
    expect(found([captured('first', 5_000)], record({ validMinor: 2_500 }))).toEqual([
      'charge_without_ticket hand_over',
    ]);
  });

  it('are handed over to an operator if they are missing or too small', () => {
    expect(found([], record())).toEqual(['ticket_without_charge hand_over']);
    expect(found([captured('first', 5_000, 1)], record())).toEqual(['ticket_without_charge hand_over']);
  });
});

describe('payments that went back to the buyer', () => {
  const refunded = [captured('first', 5_000, 5_000)];
  const disputed = record({ disputedMinor: 5_000, disputeId: 'du_1' });

  it('in full cancel the tickets where that is set, and are handed over where it is not', () => {
    expect(found(refunded, record())).toEqual(['ticket_without_charge hand_over']);
    expect(found(refunded, record(), 'cancel_tickets')).toEqual(['ticket_without_charge cancel_tickets']);
    expect(found([captured('first', 5_000)], disputed)).toEqual(['ticket_without_charge hand_over']);
    expect(found([captured('first', 5_000)], disputed, 'cancel_tickets')).toEqual([
      'ticket_without_charge cancel_tickets',
    ]);
  });

  it('cancel nothing if they went back in part, were never made, or a ticket was used', () => {
    expect(found([captured('first', 5_000, 4_999)], record(), 'cancel_tickets')).toEqual([
      'ticket_without_charge hand_over',
    ]);
    expect(found([], record(), 'cancel_tickets')).toEqual(['ticket_without_charge hand_over']);
    expect(found(refunded, record({ usedOrTransferred: true }), 'cancel_tickets')).toEqual([
      'ticket_without_charge hand_over',
    ]);
  });

  it('by a dispute are not refunded: neither when the tickets are cancelled, nor when the dispute is won then', () => {
    expect(found([captured('first', 5_000)], { ...disputed, validMinor: 0, keepMinor: 0 })).toEqual([]);
    const won = record({ validMinor: 0, disputeId: 'du_1' });
    expect(found([captured('first', 5_000)], won)).toEqual(['charge_without_ticket first hand_over']);
  });

  it('twice, by a refund and a dispute, are handed over', () => {
    expect(found(refunded, { ...disputed, validMinor: 0, keepMinor: 0 })).toEqual(['ticket_without_charge hand_over']);
  });
});

describe('fees and withheld amounts', () => {
  it('are kept beside the price of valid tickets, and without any valid ticket', () => {
    const withFees = record({ amountMinor: 5_500, keepMinor: 5_500 });
    expect(found([captured('first', 5_500)], withFees)).toEqual([]);
    expect(found([captured('first', 5_000)], withFees)).toEqual(['ticket_without_charge hand_over']);
    const kept = record({ validMinor: 0, keepMinor: 700 });
    expect(found([captured('first', 5_500, 4_800)], kept)).toEqual([]);
    expect(found([captured('first', 700)], kept)).toEqual([]);
  });

  it('are no surplus: what is above them is handed over, and a second payment refunded', () => {
    const kept = record({ validMinor: 0, keepMinor: 700 });
    expect(found([captured('first', 5_500, 4_000)], kept)).toEqual(['charge_without_ticket hand_over']);
    expect(found([captured('second', 5_500), captured('first', 5_500, 4_800)], kept)).toEqual([
      'charge_without_ticket second void_or_refund',
    ]);
  });

  it('that went back with a dispute are handed over, where no ticket is left to cancel', () => {
    const kept = record({ validMinor: 0, keepMinor: 700, disputedMinor: 700, disputeId: 'du_1' });
    expect(found([captured('first', 5_500, 4_800)], kept, 'cancel_tickets')).toEqual([
      'ticket_without_charge hand_over',
    ]);
  });
});

describe('payments of a purchase without tickets', () => {
  it('are refunded completely', () => {
    expect(found([captured('first', 5_000), captured('second', 700)], record({ validMinor: 0 }))).toEqual([
      'charge_without_ticket first void_or_refund',
      'charge_without_ticket second void_or_refund',
    ]);
  });

  it('are handed over to an operator if the purchase is unknown, or was paid back by hand', () => {
    expect(found([captured('first', 5_000)])).toEqual(['charge_without_ticket first hand_over']);
    expect(found([captured('first', 5_000)], record({ validMinor: 0, paidBackByHand: true }))).toEqual([
      'charge_without_ticket first hand_over',
    ]);
  });

  it('are not compared while the purchase is in progress', () => {
    expect(found([captured('first', 5_000)], record({ validMinor: 0, underWay: true }))).toEqual([]);
  });
});
