export { hold } from './hold.js';
export { purchase } from './purchase.js';
