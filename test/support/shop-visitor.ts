/** Somebody at a service with pages, without a browser: cookies are kept, and forms come from the service itself. */
export interface PageVisitor {
  request(path: string, init?: RequestInit): Promise<Response>;
}

export function createPageVisitor(url: string): PageVisitor {
  const cookies = new Map<string, string>();
  return {
    async request(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
      headers.set('origin', url);
      const signal = AbortSignal.timeout(30_000);
      const response = await fetch(new URL(path, url), { redirect: 'manual', signal, ...init, headers });
      for (const set of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';')[0] ?? '').split(/=(.*)/s);
        cookies.set(name, value);
      }
      return response;
    },
  };
}

/** A buyer in the shop without a browser: forms are sent as a browser without JavaScript sends them. */
export interface ShopVisitor extends PageVisitor {
  /** Sets one ticket `standard` aside. @returns the path of the payment step */
  hold(eventId: string): Promise<string>;
  /** Buys one ticket `standard`. @returns the path of the order */
  buy(eventId: string, contact: { readonly name: string; readonly email: string }): Promise<string>;
}

export function createShopVisitor(shopUrl: string): ShopVisitor {
  const { request } = createPageVisitor(shopUrl);

  /** The hidden fields of the form that is sent to this path. */
  async function hiddenFields(page: string, action: string): Promise<Record<string, string>> {
    const html = await (await request(page)).text();
    const form = html.slice(html.indexOf(`action="${action}"`)).split('</form>')[0] ?? '';
    const fields = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
  }

  async function send(path: string, form: Readonly<Record<string, string>>): Promise<string> {
    const response = await request(path, { method: 'POST', body: new URLSearchParams(form) });
    const to = response.headers.get('location');
    if (to === null) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return to;
  }

  async function hold(eventId: string): Promise<string> {
    const path = `/events/${eventId}/hold`;
    return send(path, { ...(await hiddenFields(`/events/${eventId}`, path)), 'quantity.standard': '1' });
  }

  return {
    request,
    hold,
    async buy(eventId, contact) {
      const checkout = await hold(eventId);
      const fields = await hiddenFields(checkout, checkout);
      const order = await send(checkout, { ...fields, ...contact, method: 'pm_approve' });
      return new URL(order, shopUrl).pathname;
    },
  };
}
