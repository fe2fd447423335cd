import { Command } from 'commander';
import { addAttention } from './commands/attention.js';
import { addAudit } from './commands/audit.js';
import { addContact } from './commands/contact.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addEvent } from './commands/event.js';
import { addEvents } from './commands/events.js';
import { addFindings } from './commands/findings.js';
import { addPurchase } from './commands/purchase.js';
import { addRebuild } from './commands/rebuild.js';
import { addReconcile } from './commands/reconcile.js';
import { addStats } from './commands/stats.js';
import { addStatus } from './commands/status.js';
import { addWebhooks } from './commands/webhooks.js';
import type { CliContext } from './context.js';
import { VERSION } from './version.js';

const ABOUT = `Looks into a running Box Office, decides about what is stuck, repairs, and proves that the audit log is whole.

Addresses and the token come from the environment (API_URL, OPERATOR_TOKEN, DATABASE_URL, AMQP_URL), else from
.local/stack.env of the current directory or of this clone, which \`npm start\` writes.`;

const EXIT_CODES = `
Exit codes:
  0  done
  1  the answer is no: refused, not found, not whole, or handed over to an operator
  2  the command, an option or the configuration is wrong; nothing was done
  3  a server does not answer, or something is not ready or not done in time
  4  a defect

Examples:
  box-office status
  box-office events --json
  box-office purchase show 0786e9be-ee41-50d7-986b-7c911c41e848`;

/** The whole command line, ready to parse. Failures are thrown; nothing here ends the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command('box-office')
    .description(ABOUT)
    .usage('<command> [options]')
    .version(VERSION, '--version', 'print the version')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => context.output.line(text.trimEnd()),
      // Usage errors are told by `run`, once and in one line; help that was not asked for comes this way too.
      writeErr: (text) => context.output.note(text.trimEnd()),
      outputError: () => undefined,
    })
    .addHelpText('after', EXIT_CODES);
  addStatus(program, context);
  addEvents(program, context);
  addEvent(program, context);
  addPurchase(program, context);
  addAttention(program, context);
  addReconcile(program, context);
  addRebuild(program, context);
  addFindings(program, context);
  addStats(program, context);
  addAudit(program, context);
  addContact(program, context);
  addDeadLetters(program, context);
  addWebhooks(program, context);
  return program;
}
