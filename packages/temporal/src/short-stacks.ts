/**
 * An error of workflow code names the place where it was thrown, and not the callers.
 *
 * The SDK takes a stack at every promise of a workflow, for the "Call Stack" tab of the Temporal UI, and has no setting
 * for that. The README has what it costs. The current details tell more.
 *
 * Loaded once, before any workflow: after that the SDK freezes what workflows share.
 */
Error.stackTraceLimit = 1;
