import { Steps } from '@box-office/ui';
import type { View } from '../http/view.js';

/** How far an order has come. A free one is not paid for. */
export const OrderSteps = ({ v: { t }, current, isFree }: { v: View; current: number; isFree: boolean }) => (
  <Steps label={t.checkout.stepsLabel} names={isFree ? t.checkout.freeSteps : t.checkout.steps} current={current} />
);
