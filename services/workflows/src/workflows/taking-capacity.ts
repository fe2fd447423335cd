import { mdText, unknownState } from '@box-office/contract';
import type { RefusalToRecord } from '../activities/claiming.js';
import { itemsInWords } from './journal.js';
import { learnOutcomes } from './learning.js';
import { idsOf, type PurchaseUnderWay } from './purchase-list.js';
import { claimedAt, reservationOf } from './requests.js';
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
  const refusals = new Map<PurchaseUnderWay, RefusalToRecord>();
  for (const [place, purchase] of wanting.entries()) {
    const reservation = reservations[place];
    if (!reservation) throw new Error(`the reservation of purchase ${purchase.order.purchaseId} was not answered`);
    switch (reservation.kind) {
      case 'reserved': {
        const { generation, items, fromHold } = reservation;
        purchase.hold = { generation, items };
        work.tellOf(purchase, mdText`holds ${itemsInWords(items)}${fromHold ? ', from its hold' : ''}.`);
        break;
      }
      case 'refused': {
        const { refusal } = reservation;
        const lapsed = refusal.holdLapsed ? ', and its hold had lapsed' : '';
        work.tellOf(purchase, mdText`is refused: ${refusal.reason.replaceAll('_', ' ')}${lapsed}.`);
        if (untouched.has(purchase)) {
          const { fingerprint } = purchase.order;
          refusals.set(purchase, { ...claimedAt(purchase), fingerprint, refusal });
        } else undo(work, purchase, { kind: 'refused', ...refusal });
        break;
      }
      case 'superseded':
        work.list.leave(purchase.order.purchaseId);
        break;
      default:
        unknownState('a reservation', reservation);
    }
  }
  await refuse(work, refusals);
}

/** Records the refusals of purchases of which nothing took effect. */
async function refuse(work: Work, refusals: ReadonlyMap<PurchaseUnderWay, RefusalToRecord>): Promise<void> {
  if (refusals.size === 0) return;
  for (const purchase of refusals.keys()) purchase.toUndo.delete('hold');
  const refused = [...refusals.keys()];
  const results = await work.steps.quickly(idsOf(refused), 'refuse', [...refusals.values()]);
  const finished: PurchaseUnderWay[] = [];
  for (const [place, [purchase, { refusal }]] of [...refusals].entries()) {
    const { purchaseId } = purchase.order;
    const result = results[place];
    if (!result) throw new Error(`the refusal of purchase ${purchaseId} was not answered`);
    switch (result) {
      case 'refused':
        work.list.answer(purchaseId, { kind: 'refused', ...refusal });
        break;
      case 'undoing':
        undo(work, purchase, { kind: 'refused', ...refusal });
        break;
      case 'superseded':
        work.list.leave(purchaseId);
        break;
      case 'finished':
        finished.push(purchase);
        break;
      default:
        unknownState(`the refusal of purchase ${purchaseId}`, result);
    }
  }
  await learnOutcomes(work, finished);
}
