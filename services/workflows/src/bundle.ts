import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { WORKFLOW_BUNDLE } from './bundle-path.js';
import { bundling } from './bundling.js';

// Built once, after the compiler, so that a worker starts in a moment and every worker runs the same workflow code.
const { code } = await bundleWorkflowCode(bundling(new URL('./workflows/index.js', import.meta.url)));
await writeFile(WORKFLOW_BUNDLE, code);
