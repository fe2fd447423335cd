import { NO_REFUNDS, type NextAction, type PurchaseStatus } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import { expect, it } from 'vitest';
import { viewOfRow } from './show-purchase.js';

const ACTION: NextAction = { kind: 'redirect_to_url', url: 'https://bank.example', until: '2035-06-06T17:00:00.000Z' };

const rowOf = (o: Pick<PurchaseRow, 'status' | 'amountMinor'> & Partial<PurchaseRow>): PurchaseRow => ({
  purchaseId: 'p',
  transactionId: 'T',
  fingerprint: 'f',
  userId: 'ann',
  eventId: '1',
  requestId: 'r',
  outcome: null,
  items: [],
  fees: null,
  currency: 'EUR',
  tickets: [],
  cancellations: [],
  ...NO_REFUNDS,
  usedHoldId: null,
  nextAction: null,
  version: 1,
  generation: 1,
  confirmedAt: null,
  eventEndsAt: null,
  createdAt: '',
  updatedAt: '',
  ...o,
});

it.each<[PurchaseStatus, number, NextAction | null, string | undefined]>([
  ['claimed', 0, null, 'not_needed'],
  ['persisted', 0, null, 'not_needed'],
  ['claimed', 2_500, null, 'authorising'],
  ['persisted', 2_500, ACTION, 'authorising'],
  ['persisted', 2_500, { ...ACTION, until: '2020-06-06T17:00:00.000Z' }, 'authorising'],
  ['persisted', 2_500, null, 'completing'],
  ['undoing', 2_500, null, undefined],
])('an open purchase says where its payment is: %s of %s', (status, amountMinor, nextAction, paymentStatus) => {
  const view = viewOfRow(rowOf({ status, amountMinor, nextAction }));
  expect(view.status).toBe('open');
  expect(view.paymentStatus).toBe(paymentStatus);
});

it('a purchase that is done says nothing of it', () => {
  const outcome = { kind: 'confirmed', transactionId: 'T', tickets: [], amountMinor: 1, currency: 'EUR' } as const;
  expect(viewOfRow(rowOf({ status: 'confirmed', amountMinor: 1, outcome }))).not.toHaveProperty('paymentStatus');
});
