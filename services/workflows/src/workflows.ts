// What the worker runs; bundled by bundle.ts.
export { cancellation } from './cancellation/workflow.js';
export { eventCancellation } from './event-cancellation/workflow.js';
export { webhookDelivery } from './webhook/workflow.js';
export { hold } from './hold/workflow.js';
export { mailDelivery } from './mail/workflow.js';
export { purchase } from './purchase/workflow.js';
