import { showPage } from '@box-office/web';
import { raw } from 'hono/html';
import { Layout } from '../http/layout.js';
import type { ShopContext, ShopDeps } from '../http/view.js';
import type { LegalPageName } from './legal-pages.js';

/** A text of the operator; not found where it is not given or is elsewhere. */
export function showLegalPage(c: ShopContext, deps: ShopDeps, name: LegalPageName): Response | Promise<Response> {
  const v = c.get('view');
  const page = deps.config.legal[name]?.[v.language];
  if (page === undefined || 'url' in page) return c.notFound();
  return showPage(
    c,
    <Layout v={v} title={v.t.legal[name]} narrow>
      <article class="prose">
        {!page.html.startsWith('<h1>') && <h1>{v.t.legal[name]}</h1>}
        {raw(page.html)}
      </article>
    </Layout>,
  );
}
