export { purchase } from './purchase.js';
