// The frame of the Payment Element: it alone knows the card's number.

interface Message {
  readonly type: 'check' | 'tokenise';
  readonly key?: string;
  readonly returnUrl?: string;
}

const input = document.querySelector<HTMLInputElement>('#number');

async function answerTo({ type, key = '', returnUrl }: Message): Promise<object> {
  const number = input?.value.replaceAll(' ', '') ?? '';
  if (!/^\d{15,16}$/.test(number)) {
    return { error: { type: 'validation_error', message: 'Your card number is incomplete.' } };
  }
  if (type === 'check') return {};
  const body = new URLSearchParams({
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': number,
    ...(returnUrl !== undefined && { return_url: returnUrl }),
  });
  const response = await fetch('/confirmation_tokens', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body,
  });
  const json = (await response.json()) as { error?: object };
  return response.ok ? { confirmationToken: json } : { error: json.error };
}

addEventListener('message', ({ data, ports }: MessageEvent<Message>) => {
  void answerTo(data).then((answer) => ports[0]?.postMessage(answer));
});

export {};
