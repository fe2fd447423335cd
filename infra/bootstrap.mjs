// What `npm start`, `npm test` and the like run first. It may find nothing but Node: no packages, no build. So it and
// the files beside it import `node:` built-ins only, and load the rest once it is there.
import { surviveClosedTerminal } from './bootstrap/closed-terminal.mjs';
import { run } from './bootstrap/commands.mjs';
import { StepFailure } from './bootstrap/long-step.mjs';
import { requireNode } from './bootstrap/node-version.mjs';

surviveClosedTerminal();
const [command = '', ...args] = process.argv.slice(2);
try {
  requireNode(process.versions.node);
  process.exitCode = await run(command, args);
} catch (error) {
  const known = error instanceof StepFailure;
  process.stderr.write(`${known ? error.message : (error?.stack ?? error)}\n`);
  process.exitCode = 1;
}
