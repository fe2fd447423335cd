// In the place of Stripe.js: the part that a shop with the Payment Element uses, against the payment simulator.
// A classic script, as Stripe.js is; the block keeps its names to itself.
{
  const origin = new URL(
    document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href,
  ).origin;

  interface Failure {
    readonly error: { readonly type: string; readonly message: string };
  }
  type Answer = { readonly confirmationToken: object } | Failure | Record<string, never>;

  const frameAt = (path: string, title: string): HTMLIFrameElement => {
    const frame = document.createElement('iframe');
    frame.src = origin + path;
    frame.title = title;
    frame.style.border = '0';
    frame.style.inlineSize = '100%';
    return frame;
  };

  /** What the frame answers to a message. */
  const ask = (frame: HTMLIFrameElement, message: object): Promise<Answer> =>
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      frame.contentWindow?.postMessage(message, origin, [channel.port2]);
    });

  class Elements {
    #frame: HTMLIFrameElement | undefined;

    create(): object {
      const frame = frameAt('/element', 'Secure payment input frame');
      this.#frame = frame;
      const listeners: (() => void)[] = [];
      frame.addEventListener('load', () => listeners.forEach((listener) => listener()));
      frame.style.blockSize = '5rem';
      return {
        mount: (target: HTMLElement) => target.append(frame),
        on: (event: string, listener: () => void) => event === 'ready' && listeners.push(listener),
        focus: () => frame.focus(),
      };
    }

    submit = (): Promise<Answer> => this.send({ type: 'check' });

    send(message: object): Promise<Answer> {
      if (!this.#frame) throw new Error('There is no Payment Element');
      return ask(this.#frame, message);
    }
  }

  const Stripe = (key: string) => ({
    elements: () => new Elements(),

    createConfirmationToken: (o: { elements: Elements; params?: { return_url?: string } }) =>
      o.elements.send({ type: 'tokenise', key, returnUrl: o.params?.return_url }),

    /** Shows the page of the bank above the shop's until the buyer is done with it. */
    handleNextAction: ({ clientSecret }: { clientSecret: string }): Promise<object> =>
      new Promise((resolve) => {
        const [id = ''] = clientSecret.split('_secret');
        const frame = frameAt(`/authenticate/${id}?client_secret=${clientSecret}&framed=true`, 'Bank');
        Object.assign(frame.style, { position: 'fixed', inset: '0', blockSize: '100%', background: 'white' });
        addEventListener('message', function done(event) {
          if (event.source !== frame.contentWindow) return;
          removeEventListener('message', done);
          frame.remove();
          resolve({});
        });
        document.body.append(frame);
      }),
  });

  Object.assign(window, { Stripe });
}
