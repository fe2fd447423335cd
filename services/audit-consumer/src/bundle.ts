import { writeBundle } from '@box-office/temporal/worker';
import { WORKFLOW_BUNDLE } from './bundle-path.js';

await writeBundle(new URL('./workflows/index.js', import.meta.url), WORKFLOW_BUNDLE);
