import { idsOf, type PurchaseUnderWay } from './purchase-list.js';
import { undo } from './undo.js';
import type { Work } from './work.js';

/** Takes capacity for the purchases that hold none; refuses those for which there is none. */
export async function reserve(work: Work): Promise<void> {
  const wanting = work.list.underWay().filter((purchase) => !purchase.hold);
  if (wanting.length === 0) return;
  const reservations = await work.steps.quickly(
    idsOf(wanting),
    'reserve',
    wanting.map(({ order, claim }) => ({
      purchaseId: order.purchaseId,
      epoch: claim.epoch,
      userId: order.userId,
      eventId: order.eventId,
      generation: claim.generation,
      items: order.items,
    })),
  );
  const refusedUntouched = [];
  for (const [place, purchase] of wanting.entries()) {
    const reservation = reservations[place];
    if (reservation?.kind === 'reserved') {
      purchase.toUndo.add('hold');
      purchase.hold = { generation: reservation.generation, items: reservation.items };
      work.tellOf(purchase, `holds ${inWords(purchase.hold)}.`);
    } else if (reservation?.kind === 'refused') {
      const { refusal } = reservation;
      work.tellOf(purchase, `is refused: ${refusal.reason.replaceAll('_', ' ')}.`);
      // An earlier try may have authorised it: then there is something to undo before the refusal stands.
      if (purchase.toUndo.size > 0) undo(work, purchase, { kind: 'refused', ...refusal });
      else {
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

function inWords(hold: NonNullable<PurchaseUnderWay['hold']>): string {
  return hold.items.map((item) => `${item.ticketType} ${item.serials.join(', ')}`).join('; ');
}
