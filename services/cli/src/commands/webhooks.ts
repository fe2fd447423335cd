import type { Command } from 'commander';
import { addGroup } from '../command.js';
import type { CliContext } from '../context.js';
import { addChange, addDelete, addStatusChange } from './webhooks-change.js';
import { addLog, addReplay, addTest } from './webhooks-messages.js';
import { addList, addRegister, addRotation } from './webhooks-register.js';

export function addWebhooks(program: Command, context: CliContext): void {
  const group = addGroup(
    program,
    'webhooks',
    'register endpoints of integrators, see what was sent, and send it again',
  );
  addList(group, context);
  addRegister(group, context);
  addChange(group, context);
  addRotation(group, context);
  addStatusChange(group, context, 'disable', 'send nothing more to an endpoint');
  addStatusChange(group, context, 'enable', 'send to an endpoint again');
  addDelete(group, context);
  addLog(group, context);
  addReplay(group, context);
  addTest(group, context);
}
