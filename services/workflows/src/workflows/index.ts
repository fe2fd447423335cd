export { cancellation } from './cancellation.js';
export { eventCancellation } from './event-cancellation.js';
export { hold } from './hold.js';
export { purchase } from './purchase.js';
