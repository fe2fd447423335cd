import { receiptNumber, type Receipt } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

const OF_PURCHASE = `
select r.series, r.number, r.kind, o.series as of_series, o.number as of_number, r.purchase_id, t.transaction_id,
       r.cancellation_id, r.seller, r.event, r.currency, r.lines, r.net_minor, r.tax_minor, r.gross_minor,
       r.supplied_at, r.issued_at
  from receipts r
  join event_ticket_transactions t on t.id = r.purchase_id
  left join receipts o on r.kind = 'correction' and o.purchase_id = r.purchase_id and o.kind = 'receipt'
 where r.purchase_id = $1
 order by r.issued_at, r.series, r.number`;

type Row = Omit<Receipt, 'number' | 'corrects'> & {
  readonly series: string;
  readonly number: number;
  readonly ofSeries: string | null;
  readonly ofNumber: number | null;
};

/** The receipt of a purchase and its corrections, in the order in which they were issued. */
export async function findReceipts(pool: pg.Pool, purchaseId: string): Promise<Receipt[]> {
  const rows = await rowsOf<Row>(pool, OF_PURCHASE, [purchaseId], 'find-receipts');
  return rows.map(({ series, number, ofSeries, ofNumber, ...receipt }) => ({
    ...receipt,
    number: receiptNumber(series, number),
    corrects: ofSeries === null || ofNumber === null ? null : receiptNumber(ofSeries, ofNumber),
  }));
}
