import type { Command } from 'commander';
import { addGroup } from '../command.js';
import type { CliContext } from '../context.js';
import { addCancel } from './purchase-cancel.js';
import { addGive } from './purchase-give.js';
import { addMail } from './purchase-mail.js';
import { addReceipts } from './purchase-receipts.js';
import { addResolutions } from './purchase-resolve.js';
import { addShow } from './purchase-show.js';

export function addPurchase(program: Command, context: CliContext): void {
  const group = addGroup(
    program,
    'purchase',
    'show a purchase, decide about one that is stuck, cancel it, send its tickets, or issue complimentary ones',
  );
  addShow(group, context);
  addReceipts(group, context);
  addResolutions(group, context);
  addCancel(group, context);
  addMail(group, context);
  addGive(group, context);
}
