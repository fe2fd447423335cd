/** A buyer in the shop without a browser: forms are sent as a browser without JavaScript sends them. */
export interface ShopVisitor {
  /** Buys one ticket `standard`. @returns the path of the order */
  buy(eventId: string, contact: { readonly name: string; readonly email: string }): Promise<string>;
}

export function createShopVisitor(shopUrl: string): ShopVisitor {
  let cookie = '';

  async function request(path: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetch(new URL(path, shopUrl), {
      redirect: 'manual',
      headers: { cookie, origin: shopUrl },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      signal: AbortSignal.timeout(30_000),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0] ?? '';
    return response;
  }

  /** The hidden fields of the form that is sent to this path. */
  async function hiddenFields(page: string, action: string): Promise<Record<string, string>> {
    const html = await (await request(page)).text();
    const form = html.slice(html.indexOf(`action="${action}"`)).split('</form>')[0] ?? '';
    const fields = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
  }

  async function send(path: string, form: Readonly<Record<string, string>>): Promise<string> {
    const response = await request(path, form);
    const to = response.headers.get('location');
    if (to === null) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return to;
  }

  return {
    async buy(eventId, contact) {
      const hold = `/events/${eventId}/hold`;
      const checkout = await send(hold, {
        ...(await hiddenFields(`/events/${eventId}`, hold)),
        'quantity.standard': '1',
      });
      const fields = await hiddenFields(checkout, checkout);
      const order = await send(checkout, { ...fields, ...contact, method: 'pm_approve' });
      return new URL(order, shopUrl).pathname;
    },
  };
}
