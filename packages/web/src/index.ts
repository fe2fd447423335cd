export { createCatalogue, type Catalogue, type Event } from './catalogue.js';
export { LanguageForm } from './language-form.js';
export { changeLanguage, chooseLanguage, createWords, languageOf, type Widened, type Words } from './languages.js';
export { createRequestMetrics, type RequestMetrics } from './metrics.js';
export { contentSecurityPolicy, createPageApp, type ForeignSources, type PageEnv } from './page-app.js';
export { servePages, type TlsFiles } from './page-server.js';
export { INVALID, replyTo, statusOf, UNREACHABLE, type Problem, type Reply } from './replies.js';
export { forwardedFor, localPath, placeOf, showPage } from './requests.js';
export { pageSettings, readSettingFile, readTls, settingOf } from './settings.js';
export { createAttempts, type Attempts } from './sign-in/attempt.js';
export {
  createIdentityProvider,
  isOfProvider,
  type Identity,
  type IdentityProvider,
} from './sign-in/identity-provider.js';
export {
  backPathIn,
  beginAtProvider,
  failureIn,
  finishAtProvider,
  signInPath,
  type ProviderSignIn,
} from './sign-in/provider-sign-in.js';
export { SignInChoices, SignInFailed, signedOutNotice } from './sign-in/sign-in-choices.js';
export { faultsOfSignIn, oidcSettings, signInOf, type SignIn } from './sign-in/sign-in-settings.js';
export { createSignedCookie } from './signed-cookie.js';
export { createTokenIssuer, type TokenIssuer } from './token-issuer.js';
export { withFound } from './with-found.js';
