import { itemsInWords } from './journal.js';
import { idsOf } from './purchase-list.js';
import { reservationOf } from './requests.js';
import { undo } from './undo.js';
import type { Work } from './work.js';

/** Takes capacity for the purchases that hold none; refuses those for which there is none. */
export async function reserve(work: Work): Promise<void> {
  const wanting = work.list.underWay().filter((purchase) => !purchase.hold);
  if (wanting.length === 0) return;
  // An earlier try of the others may have authorised them: there is something to undo before a refusal stands.
  const untouched = new Set(wanting.filter((purchase) => purchase.toUndo.size === 0));
  // Registered before the step: capacity that was asked for may be held, whatever came back.
  for (const purchase of wanting) purchase.toUndo.add('hold');
  const reservations = await work.ahead.outcomes('reserve', wanting, (those) =>
    work.steps.quickly(
      idsOf(those),
      'reserve',
      those.map(({ order, claim }) => reservationOf(order, claim)),
    ),
  );
  const refusedUntouched = [];
  for (const [place, purchase] of wanting.entries()) {
    const reservation = reservations[place];
    if (reservation?.kind === 'reserved') {
      purchase.hold = { generation: reservation.generation, items: reservation.items };
      work.tellOf(
        purchase,
        `holds ${itemsInWords(reservation.items)}${reservation.fromHold ? ', from its hold' : ''}.`,
      );
    } else if (reservation?.kind === 'refused') {
      const { refusal } = reservation;
      const lapsed = refusal.holdLapsed ? ', and its hold had lapsed' : '';
      work.tellOf(purchase, `is refused: ${refusal.reason.replaceAll('_', ' ')}${lapsed}.`);
      if (!untouched.has(purchase)) undo(work, purchase, { kind: 'refused', ...refusal });
      else {
        purchase.toUndo.delete('hold');
        const { purchaseId, fingerprint } = purchase.order;
        refusedUntouched.push({ purchaseId, fingerprint, epoch: purchase.claim.epoch, refusal });
      }
    } else {
      work.list.leave(purchase.order.purchaseId);
    }
  }
  if (refusedUntouched.length === 0) return;
  const refusedIds = refusedUntouched.map((refusal) => refusal.purchaseId);
  await work.steps.quickly(refusedIds, 'refuse', refusedUntouched);
  for (const { purchaseId, refusal } of refusedUntouched) {
    work.list.answer(purchaseId, { kind: 'refused', ...refusal });
  }
}
