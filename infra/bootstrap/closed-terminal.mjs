/**
 * Lets this process stop what it started when its terminal is closed, or when the program that reads its output has
 * ended (Ctrl-C under `| tee`). A write to such an output fails, and would end the process; SIGHUP counts as SIGTERM.
 */
export function surviveClosedTerminal() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('SIGHUP', () => process.kill(process.pid, 'SIGTERM'));
}
