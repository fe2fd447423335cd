import type { ConnectionState } from './connection.js';
import type { Admission, OwnAdmission } from './door-store.js';
import { playTone } from './tones.js';

const MAX_RECENT = 5;

export const find = <T extends HTMLElement>(selector: string): T | null => document.querySelector<T>(selector);

const text = (of: HTMLElement | null, name: string): string => of?.dataset[name] ?? '';
const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

const LOCALE = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const HOUR_AND_MINUTE = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const door = (): DOMStringMap => find('form[data-door]')?.dataset ?? {};

/** `19:42`, in the time zone of the device unless another one is given. */
const clock = (instant: string | number, o: Intl.DateTimeFormatOptions = {}): string =>
  new Intl.DateTimeFormat(LOCALE, { ...HOUR_AND_MINUTE, ...o }).format(new Date(instant));
const eventTime = (instant: string | number, o: Intl.DateTimeFormatOptions = {}): string =>
  clock(instant, { timeZone: door()['timeZone'], ...o });
/** `6 Jun, 19:42`: what was at the door of another event, whose time zone is not known here, has its day. */
const dayAndTime = (instant: string): string => clock(instant, { day: 'numeric', month: 'short' });

/** Shows what the box office has answered: the parts of its page that an answer changes. */
export function showPage(page: Document): void {
  for (const id of ['counts', 'key']) renew(id, page.getElementById(id));
  const result = page.getElementById('result');
  if (result) showResult(result);
  else showDecision('not_checked');
}

/**
 * Shows what a search has found. What somebody is typing for the next one stays.
 *
 * @param next gets the focus if what had it is gone
 */
export function showSearch(page: Document, next: HTMLElement | null): void {
  const [typed, sent] = [document, page].map((one) => one.querySelector<HTMLInputElement>('#text'));
  const isTyping = typed === document.activeElement && typed?.value.trim() !== sent?.value.trim();
  for (const id of ['search-form', 'said', 'found']) {
    if (id !== 'search-form' || !isTyping) renew(id, page.getElementById(id));
  }
  if (find('#text-error')) find('#text')?.focus();
  else focusIfLost(next);
}

/** Gives an element the focus if what had it is gone. */
export function focusIfLost(next: HTMLElement | null): void {
  if (document.activeElement === document.body) next?.focus({ preventScroll: true });
}

export const isCameraOn = (): boolean => find('[data-camera]')?.hidden === false;

/** Shows what this device has decided. */
export function showDecision(result: string, admission?: Admission): void {
  const template = find<HTMLTemplateElement>('template[data-answers]')?.content.querySelector(
    `[data-result=${result}]`,
  );
  const shown = template?.cloneNode(true) as HTMLElement | undefined;
  const line = shown?.querySelector('.result-text');
  if (!shown || !line) return;
  shown.id = 'result';
  const values = admission && { time: eventTime(admission.admittedAt), gate: admission.gate };
  line.textContent = filled(line.textContent, values ?? {});
  showResult(shown);
  renewKey();
}

/** The next code has a key of its own. */
export const renewKey = (): void => find('#key')?.setAttribute('value', crypto.randomUUID());

/** Says something below the word of the last result. */
export function say(line: string): void {
  const shown = find('#result .result-text');
  if (shown) shown.textContent = line;
}

/** Says at once, and beside the last result, that another code is in progress: this one is not checked. */
export function showCodeRefused(isRefused: boolean): void {
  const line = find('[data-one-code]');
  if (line) line.hidden = !isRefused;
  if (isRefused) signal(false);
}

/** Until the next answer the last one is not shown: it is not for the code that is being checked. */
export const markPending = (): void => find('#result')?.setAttribute('data-pending', '');

/** Says why nothing was searched, or not yet. */
export function saySearch(reason = ''): void {
  const said = find('#said');
  if (said) said.textContent = text(find('#search'), reason);
}

export function showCounts(page: Document): void {
  renew('counts', page.getElementById('counts'));
}

/** Gives an element what another one has. It stays itself: screen readers say what is new in one that they know. */
function renew(id: string, next: HTMLElement | null): void {
  const old = document.getElementById(id);
  if (!old || !next) return;
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) old.setAttribute(name, value);
  old.replaceChildren(...next.childNodes);
}

function showResult(result: HTMLElement): void {
  renew('result', result);
  const said = ['.word', '.result-text'].map((part) => find(`#result ${part}`)?.textContent ?? '');
  const recent = find('[data-recent]');
  const line = document.createElement('li');
  line.textContent = [eventTime(Date.now(), { second: '2-digit' }), ...said].join(' · ');
  recent?.querySelector('ol')?.prepend(line);
  recent?.querySelectorAll(`li:nth-child(n + ${MAX_RECENT + 1})`).forEach((old) => old.remove());
  if (recent) recent.hidden = false;
  signal(result.dataset['tone'] === 'good');
}

function signal(isGood: boolean): void {
  playTone(isGood);
  // One short pulse for "admit", three for "no". iPhones do not vibrate.
  navigator.vibrate?.(isGood ? 120 : [120, 80, 120, 80, 120]);
}

/** Whether there is a connection, how old the list is, and what is still to be reported: always in sight. */
export function showConnection({ mode, sinceMs, list, own }: ConnectionState): void {
  const bar = find('[data-connection]');
  if (!bar) return;
  const waiting = own.filter(({ state }) => state === 'waiting').length;
  const parts: Record<string, string> = {
    mode: filled(text(bar, mode), { since: eventTime(sinceMs) }),
    list:
      list === undefined
        ? ''
        : filled(text(bar, 'list'), { time: eventTime(Date.parse(list.asOf) - list.clockAheadMs) }),
    waiting: waiting === 0 ? '' : filled(text(bar, 'waiting'), { count: String(waiting) }),
  };
  show(bar, mode, parts);
  const counts = find('#counts');
  if (counts) counts.hidden = mode !== 'connected';
  showReported(own);
}

/** Says that codes can be checked by the box office alone. */
export function showOnlineOnly(): void {
  const bar = find('[data-connection]');
  if (bar) show(bar, 'online_only', { mode: text(bar, 'onlineOnly') });
}

function show(bar: HTMLElement, mode: string, parts: Readonly<Record<string, string>>): void {
  bar.hidden = false;
  bar.dataset['mode'] = mode;
  for (const part of bar.querySelectorAll<HTMLElement>('[data-part]')) {
    const said = parts[part.dataset['part'] ?? ''] ?? '';
    // What does not change is not read out again.
    if (part.textContent !== said) part.textContent = said;
  }
  const signIn = bar.querySelector('a');
  if (signIn) signIn.hidden = mode !== 'signed_out';
}

/** What turned out when admissions were reported: somebody else was in with the ticket, or it was not valid. */
function showReported(own: readonly OwnAdmission[]): void {
  const section = find('[data-reported]');
  if (!section) return;
  const wrong = own.filter(({ outcome }) => outcome !== null && outcome.result !== 'admitted');
  section.hidden = wrong.length === 0;
  const lines = wrong
    .sort((a, b) => (a.admittedAt < b.admittedAt ? 1 : -1))
    .map(({ admittedAt, outcome, eventId }) => {
      const line = document.createElement('li');
      const { result = '', ticket = '', other = null } = outcome ?? {};
      const template = section.dataset[result === 'already_admitted' ? 'double' : result] ?? text(section, 'other');
      const time = eventId === door()['eventId'] ? eventTime : dayAndTime;
      const values = { time: time(admittedAt), ticket, gate: other?.gate ?? '' };
      line.textContent = filled(template, { ...values, otherTime: other === null ? '' : time(other.admittedAt) });
      return line;
    });
  section.querySelector('ul')?.replaceChildren(...lines);
}
