import { DECLINE_CODES_FOR_BUYERS, type DeclineReason } from '@box-office/contract';

/** The reason of a decline as the buyer is told it. */
export const buyerReasonOf = (declineCode: string): DeclineReason =>
  DECLINE_CODES_FOR_BUYERS.find((code) => code === declineCode) ?? 'card_declined';
