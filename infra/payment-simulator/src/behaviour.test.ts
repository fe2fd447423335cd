import { describe, expect, it } from 'vitest';
import { behaviourOf, MAX_DELAY_MS } from './behaviour.js';

describe('behaviourOf', () => {
  it.each([
    ['pm_approve', {}],
    ['pm_decline_insufficient_funds', { decline: 'insufficient_funds' }],
    ['pm_slow_250', { slowMs: { authorise: 250 } }],
    ['pm_slow_capture_40', { slowMs: { capture: 40 } }],
    ['pm_late_300', { lateMs: 300 }],
    ['pm_expire_20', { validMs: 20 }],
    ['pm_fail_3', { failures: { authorise: 3 } }],
    ['pm_capture_fail_2', { failures: { capture: 2 } }],
    ['pm_void_fail_1+refund_fail_2', { failures: { void: 1, refund: 2 } }],
    ['pm_capture_refused', { captureRefused: true }],
    ['pm_capture_expired', { captureExpired: true }],
    ['pm_card_usedBefore', { wasUsed: true }],
    ['pm_timeout_after_charge', { silentAfter: new Set(['authorise']) }],
    ['pm_card_visa', {}],
    ['pm_card_visa+slow_10', { slowMs: { authorise: 10 } }],
    ['pm_card_chargeDeclined', { decline: 'generic_decline' }],
    ['pm_card_visa_chargeDeclined', { decline: 'generic_decline' }],
    ['pm_card_chargeDeclinedInsufficientFunds', { decline: 'insufficient_funds' }],
    ['pm_card_visa_chargeDeclinedStolenCard', { decline: 'stolen_card' }],
    ['pm_card_chargeDeclinedExpiredCard', { decline: 'expired_card' }],
    ['pm_card_authenticationRequired', { requiresAction: true }],
    ['pm_card_authenticationRequired+decline_lost_card', { requiresAction: true, decline: 'lost_card' }],
    ['pm_card_createDispute', { dispute: { reason: 'fraudulent', status: 'needs_response' } }],
    ['pm_decline', { decline: 'generic_decline' }],
    ['pm_error_500_before_charge', { errors: { authorise: 'before' } }],
    ['pm_error_500_after_capture', { errors: { capture: 'after' } }],
    ['pm_timeout_after_capture+slow_10', { silentAfter: new Set(['capture']), slowMs: { authorise: 10 } }],
  ])('understands %s', (token, expected) => {
    expect(behaviourOf(token)).toMatchObject({ isKnown: true, ...expected });
    if (!('decline' in expected)) expect(behaviourOf(token).decline).toBeUndefined();
  });

  it.each([
    '',
    'approve',
    'pm_',
    'pm_aprove',
    'pm_slow_',
    'pm_slow_fast',
    'pm_approve+',
    'pm_fail_-1',
    'pm_approve pm_approve',
    'pm_card_chargeDeclinedSomehow',
  ])('knows no %j', (token) => {
    expect(behaviourOf(token).isKnown).toBe(false);
  });

  it('bounds every delay', () => {
    expect(behaviourOf('pm_slow_999999999').slowMs.authorise).toBe(MAX_DELAY_MS);
  });
});
