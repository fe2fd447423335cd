import type { Schema } from '@box-office/api-client';
import { formatMoney } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { CliContext } from '../context.js';
import { fields, instantOf } from '../output/table.js';

type Receipt = Schema<'Receipt'>;

export function addReceipts(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'receipts',
    summary: 'show the receipt of a purchase and its corrections',
    more: 'They are issued some moments after the purchase and after each cancellation.',
    examples: ['purchase receipts 0786e9be-ee41-50d7-986b-7c911c41e848'],
  })
    .argument('<id>', 'the purchase id', uuid)
    .action(async (id: string, options: JsonOption) => {
      const { output } = context;
      const { api, answer } = context.gateway();
      const { receipts } = await answer(api.GET('/api/purchases/{id}/receipts', { params: { path: { id } } }));
      if (options.json) return output.json({ receipts });
      if (receipts.length === 0) return output.note('There are no receipts of this purchase.');
      for (const [place, receipt] of receipts.entries()) {
        if (place > 0) output.line();
        for (const line of fields(rowsOf(receipt))) output.line(line);
        output.table(
          LINE_HEAD,
          receipt.lines.map((line) => rowOfLine(line, receipt.currency)),
        );
      }
    });
}

const rowsOf = (receipt: Receipt) => [
  [receipt.kind, receipt.number] as const,
  ['corrects', receipt.corrects] as const,
  ['issued', instantOf(receipt.issuedAt)] as const,
  ['seller', [receipt.seller.name, ...receipt.seller.address].join(', ')] as const,
  ['VAT id', receipt.seller.vatId] as const,
  ['net', formatMoney(receipt.netMinor, receipt.currency)] as const,
  ['tax', formatMoney(receipt.taxMinor, receipt.currency)] as const,
  ['gross', formatMoney(receipt.grossMinor, receipt.currency)] as const,
];

const LINE_HEAD = ['COUNT', 'WHAT', 'TAX RATE', 'NET', 'TAX', 'GROSS'];

function whatOf({ kind, ticketType }: Receipt['lines'][number]): string {
  if (ticketType === null) return 'Fee of the purchase';
  return kind === 'ticket_fee' ? `${ticketType}: fee` : ticketType;
}

const rowOfLine = (line: Receipt['lines'][number], currency: string) => [
  line.quantity,
  whatOf(line),
  `${line.taxRatePpm / 10_000} %`,
  formatMoney(line.netMinor, currency),
  formatMoney(line.taxMinor, currency),
  formatMoney(line.grossMinor, currency),
];
