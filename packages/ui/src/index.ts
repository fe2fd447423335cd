export { createAssets, moduleFiles, sharedFiles, type Assets, type Brand } from './assets.js';
export {
  Badge,
  Choice,
  ChoiceGroup,
  ErrorSummary,
  errorId,
  Facts,
  FieldErrorText,
  Message,
  PageHead,
  Stepper,
  Steps,
  TextField,
  type Fact,
  type FieldError,
  type Tone,
} from './controls.js';
export { readLogo, type Logo } from './logo.js';
export { Page, SiteName } from './page.js';
