import { randomUUID } from 'node:crypto';
import type { PurchaseBooks } from '@box-office/payments';
import type { MoneyOnRecord } from '@box-office/records';
import { describe, expect, it } from 'vitest';
import { compareMoney } from './money.js';

const purchaseId = randomUUID();

const record = (o: Partial<MoneyOnRecord> = {}): MoneyOnRecord => ({
  ...{ purchaseId, eventId: '1', status: 'confirmed', currency: 'EUR', authorisationId: 'first', paymentAttempt: 1 },
  ...{ amountMinor: 5_000, validMinor: 5_000, underWay: false, paidBackByHand: false },
  ...o,
});

type Authorisation = PurchaseBooks['authorisations'][number];

const captured = (authorisationId: string, capturedMinor: number, refundedMinor = 0): Authorisation => ({
  ...{ authorisationId, key: `${purchaseId}:1:authorise`, amountMinor: capturedMinor, currency: 'EUR' },
  ...{ kind: 'found', state: 'captured', capturedMinor, refundedMinor },
});

const found = (authorisations: Authorisation[], known?: MoneyOnRecord): string[] =>
  compareMoney({ purchaseId, authorisations }, known).map(({ kind, subject, repair }) =>
    [kind, subject.replace(purchaseId, '').trim(), repair.do].filter((part) => part !== '').join(' '),
  );

describe('the money of a purchase with valid tickets', () => {
  it('is right where what is kept is their price, whichever payment it is kept of', () => {
    expect(found([captured('first', 5_000)], record())).toEqual([]);
    expect(found([captured('first', 5_000, 5_000), captured('second', 5_000)], record())).toEqual([]);
  });

  it('that was paid twice goes back once, and never that of the payment on record', () => {
    const twice = [captured('second', 5_000), captured('first', 5_000)];
    expect(found(twice, record())).toEqual(['charge_without_ticket second give_back_money']);
  });

  it('is a person’s to decide where no payment can go back as a whole', () => {
    expect(found([captured('first', 5_000, 2_500), captured('second', 5_000)], record())).toEqual([
      'charge_without_ticket hand_over',
    ]);
    expect(found([captured('first', 5_000)], record({ validMinor: 2_500 }))).toEqual([
      'charge_without_ticket hand_over',
    ]);
  });

  it('that was not paid, or not all of it, is a person’s to ask for', () => {
    expect(found([], record())).toEqual(['ticket_without_charge hand_over']);
    expect(found([captured('first', 5_000, 1)], record())).toEqual(['ticket_without_charge hand_over']);
  });
});

describe('the money of a purchase without tickets', () => {
  it('goes back, all of it', () => {
    expect(found([captured('first', 5_000), captured('second', 700)], record({ validMinor: 0 }))).toEqual([
      'charge_without_ticket first give_back_money',
      'charge_without_ticket second give_back_money',
    ]);
  });

  it('is a person’s to decide where nobody knows the purchase, or somebody has paid it back by hand', () => {
    expect(found([captured('first', 5_000)])).toEqual(['charge_without_ticket first hand_over']);
    expect(found([captured('first', 5_000)], record({ validMinor: 0, paidBackByHand: true }))).toEqual([
      'charge_without_ticket first hand_over',
    ]);
  });

  it('is nobody’s business while the purchase is under way', () => {
    expect(found([captured('first', 5_000)], record({ validMinor: 0, underWay: true }))).toEqual([]);
  });
});
