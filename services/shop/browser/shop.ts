// Improves pages that work without it. Everything it says comes from the page.

const find = <T extends HTMLElement>(selector: string, root: ParentNode = document): T | null =>
  root.querySelector<T>(selector);
const all = <T extends HTMLElement>(selector: string, root: ParentNode = document): T[] => [
  ...root.querySelectorAll<T>(selector),
];

const LOCALE = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A form is sent once, whatever is clicked; the page that comes back has a form of its own. */
function sendOnce(form: HTMLFormElement): void {
  const first = find('.button:not(.hidden), .link-button', form);
  let button = first;
  let text = '';
  const show = (isSent: boolean): void => {
    if (isSent === form.hasAttribute('data-sent')) return;
    form.toggleAttribute('data-sent', isSent);
    button?.setAttribute('aria-disabled', String(isSent));
    if (!button) return;
    if (isSent) text = button.textContent;
    button.textContent = isSent ? (form.dataset['once'] ?? text) : text;
  };
  form.addEventListener('submit', (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    if (form.hasAttribute('data-sent')) {
      event.preventDefault();
      return;
    }
    // The Enter key presses a hidden button.
    const pressed = event.submitter;
    button = pressed?.matches('.button, .link-button') ? pressed : first;
    show(true);
  });
  form.addEventListener('refused', () => show(false));
  // A page that comes back from the browser's memory can be sent again: its key buys once.
  addEventListener('pageshow', (event) => event.persisted && show(false));
}

/** Buttons beside a number count here instead of at the server. */
function count(form: HTMLFormElement): void {
  const total = find('[data-total]', form);
  const prices = all('[data-price]', form).map((price) => Number(price.dataset['price']));
  const inputs = all<HTMLInputElement>('.stepper input', form);
  const currency = total?.dataset['total'] ?? '';
  // The server's decimals: browsers have others for some currencies.
  const digits = Number(total?.dataset['decimals']);
  const format = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const price = (input: HTMLInputElement): number => {
    const row = input.closest('li');
    return Number((row && find('[data-price]', row)?.dataset['price']) ?? 0);
  };
  const sum = (): void => {
    const counts = inputs.map((input) => Number(input.value) || 0);
    const fee = counts.some((count) => count > 0) ? Number(total?.dataset['fee'] ?? 0) : 0;
    const minor = inputs.reduce((so, input, i) => so + price(input) * (counts[i] ?? 0), fee);
    if (total) total.textContent = format.format(minor / 10 ** digits);
  };
  for (const stepper of all('[data-stepper]', form)) {
    const input = find<HTMLInputElement>('input', stepper);
    stepper.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (!button || !input) return;
      event.preventDefault();
      const value = (Number(input.value) || 0) + (button.name === 'more' ? 1 : -1);
      input.value = String(Math.min(Number(input.max), Math.max(0, value)));
      sum();
    });
  }
  form.addEventListener('input', sum);
  if (prices.length > 0) sum();
}

interface Label {
  readonly text: string;
  readonly tone: string;
}
interface Live {
  readonly open: boolean;
  /** Of all types together. */
  readonly sale: Label;
  readonly types: readonly (Label & { readonly name: string; readonly max: number })[];
}

const SILENCE_MS = 3_500;
const OPEN_AGAIN_MS = 3_000;
/** Pages that are shown again for the same reason ask the server within this time, not at once. */
const SPREAD_MS = 3_000;

/** What is left, as the server says it each second; says so when it does not. */
function watchAvailability(box: HTMLElement): void {
  const state = find('[data-live-state]', box);
  let last = performance.now();
  let lastAt = new Date();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (text: string): void => {
    if (state && state.textContent !== text) state.textContent = text;
  };
  const heard = (): void => {
    last = performance.now();
    lastAt = new Date();
    say(state?.dataset['liveState'] ?? '');
    clearTimeout(timer);
    timer = setTimeout(silent, SILENCE_MS);
  };
  const silent = (): void => {
    if (performance.now() - last < SILENCE_MS) return;
    say((box.dataset['stale'] ?? '').replace('{time}', new Intl.DateTimeFormat(LOCALE, TIME).format(lastAt)));
  };
  const open = (): EventSource => {
    const opened = new EventSource(box.dataset['live'] ?? '');
    opened.addEventListener('same', heard);
    opened.addEventListener('availability', (event: MessageEvent<string>) => {
      heard();
      const live = JSON.parse(event.data) as Live;
      if (live.open && box.hasAttribute('data-reload')) {
        close();
        // Everybody who waits learns it at once.
        setTimeout(showAgain, Math.random() * SPREAD_MS);
        return;
      }
      for (const badge of all('[data-sale]')) showLabel(badge, live.sale);
      for (const type of live.types) showType(box, type);
    });
    // A browser tries no more after an answer that is no stream, such as 502 while the shop starts again.
    opened.addEventListener('error', () => {
      if (opened !== source || opened.readyState !== EventSource.CLOSED) return;
      close();
      setTimeout(openInSight, OPEN_AGAIN_MS + Math.random() * SPREAD_MS);
    });
    return opened;
  };
  let source: EventSource | undefined;
  const close = (): void => {
    source?.close();
    source = undefined;
  };
  // A browser has few connections for all its tabs: those that are not in sight need none.
  const openInSight = (): void => {
    if (document.hidden) close();
    else source ??= open();
  };
  timer = setTimeout(silent, SILENCE_MS);
  openInSight();
  document.addEventListener('visibilitychange', openInSight);
  addEventListener('pagehide', close);
  addEventListener('pageshow', openInSight);
}

function showLabel(badge: HTMLElement, { text, tone }: Label): void {
  if (badge.textContent !== text) badge.textContent = text;
  badge.className = `badge ${tone === 'plain' ? '' : tone}`.trim();
}

function showType(box: HTMLElement, type: Live['types'][number]): void {
  const badge = find(`[data-type="${CSS.escape(type.name)}"]`, box);
  if (!badge) return;
  showLabel(badge, type);
  const stepper = badge.closest('li')?.querySelector<HTMLElement>('[data-stepper]');
  const input = stepper && find<HTMLInputElement>('input', stepper);
  if (!input) return;
  input.max = String(type.max);
  // What has been chosen stays in sight.
  stepper.hidden = type.max === 0 && !(Number(input.value) > 0);
}

/** Asks for the page again. Its fragment is left out, or the browser would only scroll. A reload would send a form again. */
const showAgain = (): void => location.replace(location.pathname + location.search);

/**
 * What is left of the time that a page says. A page from the browser's cache says what was left when it was made, so the end
 * is kept by the clock of this machine, for the address and the tab, and the earlier end counts.
 */
function leftOf(saidMs: number, key: string): number {
  const now = Date.now();
  try {
    const kept = Number(sessionStorage.getItem(key) ?? Infinity);
    const end = Math.min(now + saidMs, Number.isNaN(kept) ? Infinity : kept);
    sessionStorage.setItem(key, String(end));
    return end - now;
  } catch {
    // The browser keeps nothing.
    return saidMs;
  }
}

/** Leaves it to the server how much is left. */
function forget(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // The browser keeps nothing.
  }
}

/** Counts down what is left, whatever the clock of this machine does from now on. */
function countDown(box: HTMLElement): void {
  const key = `countdown ${location.pathname}`;
  const startedMs = leftOf(Number(box.dataset['countdown']), key);
  const end = performance.now() + startedMs;
  const clock = find('[data-clock]', box);
  const spoken = find('[data-spoken]', box);
  const tick = (): void => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1_000));
    if (clock)
      clock.textContent = `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
    // Spoken twice, not each second.
    if (spoken && startedMs > 300_000 && left <= 300 && left > 60) spoken.textContent = box.dataset['five'] ?? '';
    if (spoken && startedMs > 60_000 && left <= 60) spoken.textContent = box.dataset['one'] ?? '';
    if (left === 0) {
      clearInterval(timer);
      forget(key);
      // The server decides whether the time is over; it may be a moment behind.
      setTimeout(showAgain, 700);
    }
  };
  const timer = setInterval(tick, 1_000);
  tick();
}

const ASK_EVERY_MS = 1_000;
/** The longer a page has waited, the less often it asks: refunds can take days. */
const ASK_EVERY_SHARE = 0.05;
const MAX_ASK_EVERY_MS = 30_000;
/** A page that still shows the old status is shown again after so long. */
const SAME_CHANGE_MS = 30_000;

/** Whether the page was not shown again for this change a moment ago: two releases may write one status in two ways. */
function isNews(change: string): boolean {
  const key = `follow ${location.pathname}`;
  try {
    const [before, at] = (sessionStorage.getItem(key) ?? '').split('\n');
    const now = Date.now();
    if (before === change && Math.abs(now - Number(at)) < SAME_CHANGE_MS) return false;
    sessionStorage.setItem(key, `${change}\n${now}`);
  } catch {
    // The browser keeps nothing.
  }
  return true;
}

/** Shows the page again as soon as its order or hold is something else. */
function follow(box: HTMLElement): void {
  const startedAt = performance.now();
  let failures = 0;
  const askLater = (): void => {
    const waited = (performance.now() - startedAt) * ASK_EVERY_SHARE;
    const everyMs = Math.min(MAX_ASK_EVERY_MS, Math.max(ASK_EVERY_MS * 2 ** failures, waited));
    setTimeout(askInSight, everyMs);
  };
  const askInSight = (): void => {
    if (document.hidden) document.addEventListener('visibilitychange', askInSight, { once: true });
    else void ask();
  };
  const ask = async (): Promise<void> => {
    try {
      const response = await fetch(box.dataset['follow'] ?? '', { headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`answered with ${response.status}`);
      failures = 0;
      const { status } = (await response.json()) as { status: string | null };
      const shown = box.dataset['status'];
      if (status !== shown && isNews(`${shown} > ${status}`)) {
        showAgain();
        return;
      }
    } catch {
      // The connection is lost, or the shop is busy: a later try may succeed.
      failures += 1;
    }
    askLater();
  };
  askLater();
}

const DAY = { day: 'numeric', month: 'long' } as const;

/** Adds the reader's own time to a time of another zone, and the day where that is another one. */
function showOwnTime(place: HTMLElement): void {
  const { ownTime = '', zone } = place.dataset;
  const instant = new Date(place.closest('time')?.dateTime ?? '');
  const show = (parts: Intl.DateTimeFormatOptions, timeZone?: string): string =>
    new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone }).format(instant);
  const isOther = (parts: Intl.DateTimeFormatOptions): boolean => show(parts) !== show(parts, zone);
  if (!isOther({ ...DAY, ...TIME })) return;
  place.textContent = ownTime.replace('{when}', show(isOther(DAY) ? { ...DAY, ...TIME } : TIME));
}

// Only a page that was loaded safely has a clipboard.
for (const button of 'clipboard' in navigator ? all('[data-copy]') : []) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const field = document.querySelector<HTMLInputElement>(button.dataset['copy'] ?? '');
    if (field === null) return;
    navigator.clipboard.writeText(field.value).then(
      () => (button.textContent = button.dataset['copied'] ?? ''),
      () => field.select(),
    );
  });
}
for (const button of all('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
all<HTMLFormElement>('form[data-once]').forEach(sendOnce);
all<HTMLFormElement>('form[data-live]').forEach(count);
all('[data-live]').forEach(watchAvailability);
all('[data-countdown]').forEach(countDown);
all('[data-follow]').forEach(follow);
// The last one: a browser that does not know a zone stops here.
all('[data-own-time]').forEach(showOwnTime);
