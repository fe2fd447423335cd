export { createAssets, moduleFiles, sharedFiles, type Assets } from './assets.js';
export {
  Badge,
  Choice,
  ErrorSummary,
  errorId,
  FieldErrorText,
  Message,
  Stepper,
  Steps,
  TextField,
  type FieldError,
  type Tone,
} from './controls.js';
export { Page } from './page.js';
