import type { Command } from 'commander';
import { addGroup } from '../command.js';
import type { CliContext } from '../context.js';
import { addCancel } from './purchase-cancel.js';
import { addResolutions } from './purchase-resolve.js';
import { addShow } from './purchase-show.js';

export function addPurchase(program: Command, context: CliContext): void {
  const group = addGroup(program, 'purchase', 'show a purchase, decide about one that is stuck, or cancel it');
  addShow(group, context);
  addResolutions(group, context);
  addCancel(group, context);
}
