import { describe, expect, it } from 'vitest';
import { PaymentRequestError } from '../port.js';
import { answerWith, intent, startProvider } from '../testing/provider.js';

const capture = { key: 'p:1:capture', authorisationId: 'pi_1' };

/** Rejects every capture and cancellation with this code, and shows the intent with this status. */
const rejecting = (code: string, status: string) =>
  startProvider((request, response, count) => {
    const error = { type: 'invalid_request_error', code, message: 'You cannot do that.' };
    const answer = request.method === 'GET' ? answerWith(200, intent(status)) : answerWith(400, { error });
    answer(request, response, count);
  });

describe.each(['capture_charge_authorization_expired', 'charge_expired_for_capture', 'capture_unauthorized_payment'])(
  'a capture that is rejected with %s',
  (code) => {
    it('is refused as expired, although the intent still awaits it', async () => {
      const { payments } = await rejecting(code, 'requires_capture');
      expect(await payments.capture(capture)).toEqual({ kind: 'refused', reason: 'expired' });
    });

    it('is done where another call has captured', async () => {
      const { payments } = await rejecting(code, 'succeeded');
      expect(await payments.capture(capture)).toEqual({ kind: 'captured' });
    });
  },
);

describe('a call that the provider rejects for another cause', () => {
  it('is an error of ours while the payment awaits it', async () => {
    const { payments } = await rejecting('account_invalid', 'requires_capture');
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentRequestError);
    await expect(payments.void(capture)).rejects.toBeInstanceOf(PaymentRequestError);
  });

  it('is done where the state says so', async () => {
    const captured = await rejecting('account_invalid', 'succeeded');
    expect(await captured.payments.capture(capture)).toEqual({ kind: 'captured' });
    const voided = await rejecting('account_invalid', 'canceled');
    expect(await voided.payments.void(capture)).toEqual({ kind: 'voided' });
  });
});
