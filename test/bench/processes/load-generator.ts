import { runPurchaseLoad, type LoadOutcome, type PurchaseLoad } from '../load/purchase-load.js';
import { serveJobs } from './serve.js';

// News: the number of attempts that ended, at each mark of a counted load.
serveJobs<PurchaseLoad, LoadOutcome>((load, tell) => runPurchaseLoad(load, tell));
