import type { Command } from 'commander';
import { addGroup } from '../command.js';
import type { CliContext } from '../context.js';
import { addExport } from './audit-export.js';
import { addVerify } from './audit-verify.js';

export function addAudit(program: Command, context: CliContext): void {
  const group = addGroup(program, 'audit', 'prove that the audit log is whole, or export it');
  addVerify(group, context);
  addExport(group, context);
}
