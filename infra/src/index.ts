export { supervise, type Supervised } from './processes/supervisor.js';
