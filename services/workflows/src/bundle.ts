import { writeBundle } from '@box-office/temporal/worker';
import { WORKFLOW_BUNDLE } from './worker/bundle-path.js';

await writeBundle(new URL('./workflows.js', import.meta.url), WORKFLOW_BUNDLE);
