export { LauncherFailure } from './failure.js';
export { startStack, type PrivateStack } from './private-stack.js';
export { obtainStripeMock } from './programs/stripe-mock.js';
export type { Supervised } from './processes/supervisor.js';
export type { Reporter } from './reporting.js';
export { prepareDemoEvents, sellDemoTickets } from './demo/events.js';
export { demoClient } from './demo/api.js';
export { signToken } from './demo/tokens.js';
export { obtainBrowser } from './programs/browser.js';
export { freePort } from './servers/ports.js';
export type { Addresses, ServerName } from './stack/servers.js';
export {
  startServices,
  type RunningServices,
  type ServiceCounts,
  type ServiceHandle,
  type ServiceOptions,
  type ServiceTarget,
} from './stack/services.js';
export type { ServiceName } from './stack/links.js';
export { repositoryRoot } from './stack/repository.js';
export { StackInUse } from './stack/stack.js';
