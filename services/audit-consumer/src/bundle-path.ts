import { fileURLToPath } from 'node:url';

/** Path of the prebuilt workflow bundle, next to the compiled code. */
export const WORKFLOW_BUNDLE = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
