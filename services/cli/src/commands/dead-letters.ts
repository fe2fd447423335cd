import type { Command } from 'commander';
import { addGroup } from '../command.js';
import type { CliContext } from '../context.js';
import { addAct } from './dead-letters-act.js';
import { addList } from './dead-letters-list.js';

export function addDeadLetters(program: Command, context: CliContext): void {
  const group = addGroup(program, 'dead-letters', 'list, replay or drop messages that could not be handled');
  addList(group, context);
  addAct(group, context, 'replay', {
    summary: 'put messages back into their queue, after the cause is fixed',
    more: 'Each goes back as it was, under its message id: what was applied before is not applied again.',
  });
  addAct(group, context, 'drop', {
    summary: 'discard messages permanently',
    more: 'Their content is kept in the audit log.',
  });
}
