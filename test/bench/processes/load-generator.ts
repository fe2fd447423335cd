import { runPurchaseLoad, type LoadOutcome, type PurchaseLoad } from '../load/purchase-load.js';
import { serveJobs } from './serve.js';

// Reports as progress the number of ended attempts, at each mark of a counted load.
serveJobs<PurchaseLoad, LoadOutcome>((load, report) => runPurchaseLoad(load, report));
