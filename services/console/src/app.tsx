import type { Assets } from '@box-office/ui';
import {
  changeLanguage,
  createPageApp,
  createWords,
  languageOf,
  placeOf,
  showPage,
  type RequestMetrics,
  type TokenIssuer,
} from '@box-office/web';
import { chooseDoor } from './door/choose-door.js';
import { reportAdmissions, sendList } from './door/door-data.js';
import { admitFound, presentCode, searchByName, showDoor, undoAdmission } from './door/door.js';
import { NoticePage } from './http/layout.js';
import type { ConsoleContext, ConsoleDeps, View } from './http/view.js';
import { beginSignIn, finishSignIn, showSignedOut, showSignIn, signInAsDemo, signOut } from './sign-in/sign-in.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';

export interface AppDeps extends ConsoleDeps {
  readonly tokens: Pick<TokenIssuer, 'keySet'>;
  readonly metrics: RequestMetrics;
  readonly assets: Assets;
  /** The service worker of the door. */
  readonly worker: string;
}

const WORKER_HEADERS = { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-cache' };

const wordsOf = createWords({ en, de });

/** The console as a function from requests to answers. It opens no socket and reads no environment. */
export const createApp = (deps: AppDeps) =>
  createPageApp<View>({
    publicOrigin: deps.config.publicOrigin,
    assets: deps.assets,
    metrics: deps.metrics,
    logger: deps.logger,
    keySet: deps.tokens.keySet,
    camera: true,
    viewOf: (c) => viewOf(c, deps),
    addRoutes(app) {
      app.get('/', (c) => chooseDoor(c, deps));
      app.get('/door', (c) => showDoor(c, deps));
      app.post('/door', (c) => presentCode(c, deps));
      app.post('/door/search', (c) => searchByName(c, deps));
      app.post('/door/admit', (c) => admitFound(c, deps));
      app.post('/door/undo', (c) => undoAdmission(c, deps));
      app.get('/door/list', (c) => sendList(c, deps));
      app.post('/door/report', (c) => reportAdmissions(c, deps));
      // At an address of its own, above the door's, so that browsers let it serve the door's page.
      app.get('/door-worker.js', (c) => c.body(deps.worker, 200, WORKER_HEADERS));
      app.get('/sign-in', (c) => showSignIn(c, deps));
      app.post('/sign-in', (c) => signInAsDemo(c, deps));
      app.get('/sign-in/provider', (c) => beginSignIn(c, deps));
      app.get('/sign-in/callback', (c) => finishSignIn(c, deps));
      app.get('/sign-out', (c) => showSignedOut(c, deps));
      app.post('/sign-out', (c) => signOut(c, deps));
      app.post('/language', changeLanguage);
    },
    showNotice: (c, notice, status) => showPage(c, <NoticePage v={c.get('view')} {...notice} />, status),
  });

async function viewOf(c: ConsoleContext, { config, assets, sessions }: AppDeps): Promise<View> {
  return {
    ...wordsOf(languageOf(c)),
    ...placeOf(c, config.publicOrigin),
    name: config.name,
    logo: config.brand.logo,
    assets,
    staff: await sessions.read(c),
    nowMs: Date.now(),
  };
}
