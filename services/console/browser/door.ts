import { readTicketCode } from '@box-office/contract/ticket-code';
import { scan } from './camera.js';
import { canVerify, checkCode, decide } from './check-code.js';
import { createConnection, type Connection, type ConnectionState, type Mode } from './connection.js';
import { call, NoAccess, NoAnswer } from './door-calls.js';
import { openDoorStore, type DoorList, type DoorStore } from './door-store.js';
import {
  find,
  renewKey,
  say,
  saySearch,
  showConnection,
  showCounts,
  showDecision,
  showOnlineOnly,
  showPage,
  showSearch,
} from './door-view.js';
import { keepPage, startWorker } from './page-cache.js';
import { allowTones, areTonesMuted, canPlayTones, muteTones } from './tones.js';

// Keeps the door's page in place while codes are checked, reads them with the camera, and decides itself while there is no
// connection. The page works without it.

const RETRY_MS = 1_000;
const MAX_TRIES = 60;

/** What a device needs to decide by itself. */
interface Offline {
  readonly store: DoorStore;
  readonly connection: Connection;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html');

/** Sends a form of the page, and again if it may; with the same key a ticket is admitted once. */
async function send(
  form: HTMLFormElement,
  maxTries: number,
  o: { readonly key?: string; readonly retrying?: string | undefined } = {},
): Promise<Document> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.set(name, value);
  if (o.key !== undefined) body.set('key', o.key);
  for (let tries = 1; ; tries++) {
    try {
      const response = await call(form.action, { method: 'POST', body });
      return parse(await response.text());
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries >= maxTries) throw error;
    }
    say(o.retrying ?? '');
    await sleep(RETRY_MS);
  }
}

/** The door of this page. */
function createDoor(form: HTMLFormElement, input: HTMLInputElement) {
  const { eventId = '', gate = '' } = form.dataset;
  let offline: Offline | undefined;
  let asking = false;
  let isKept = false;
  /** The last code, if the box office may have admitted it without an answer. */
  let unanswered: { readonly code: string; readonly key: string } | undefined;

  /** A key belongs to one code. The code that has no answer is asked about with its own again. */
  function keyOf(code: string): string {
    const own = unanswered?.code === code ? unanswered.key : undefined;
    unanswered = undefined;
    return own ?? find<HTMLInputElement>('#key')?.value ?? '';
  }

  async function present(): Promise<void> {
    const code = input.value.trim();
    const key = keyOf(code);
    const list = offline?.connection.list();
    const isConnected = offline === undefined || offline.connection.mode() === 'connected';
    if (isConnected || list === undefined) {
      try {
        const { retrying } = form.dataset;
        const page = await send(form, list === undefined ? MAX_TRIES : 1, { key, retrying });
        await remember(page, readTicketCode(code)?.ticketId, key);
        return showPage(page);
      } catch (error) {
        if (offline === undefined || list === undefined) return giveUp(error, code, key);
        await offline.connection.lost(error);
      }
    }
    if (offline !== undefined && list !== undefined) await decideHere(offline, list, code, key);
  }

  function giveUp(error: unknown, code: string, key: string): void {
    if (error instanceof NoAccess) return location.reload();
    if (!(error instanceof NoAnswer)) throw error;
    unanswered = { code, key };
    renewKey();
    say(form.dataset['noAnswer'] ?? '');
  }

  /** Who was admitted here is known here, also before the list says so. */
  async function remember(page: Document, ticketId: string | undefined, key: string): Promise<void> {
    if (page.getElementById('result')?.dataset['result'] !== 'admitted' || ticketId === undefined) return;
    const admittedAt = new Date(Date.now() + (offline?.connection.list()?.clockAheadMs ?? 0)).toISOString();
    const admission = { key, eventId, ticketId, code: '', gate, admittedAt, state: 'settled', outcome: null } as const;
    await offline?.store.put([admission]);
  }

  async function decideHere({ store, connection }: Offline, list: DoorList, code: string, key: string): Promise<void> {
    const checked = await checkCode(code, list);
    if (checked.result !== 'signed') return showDecision(checked.result);
    const { ticketId, version } = checked;
    const nowMs = Date.now() + list.clockAheadMs;
    const decision = decide(version, await store.find(ticketId), list, nowMs);
    if (decision.result === 'already_admitted') return showDecision(decision.result, decision.admission);
    if (decision.result !== 'admitted') return showDecision(decision.result);
    const admittedAt = new Date(nowMs).toISOString();
    const own = { key, eventId, ticketId, code, gate, admittedAt, state: 'waiting', outcome: null } as const;
    const before = await store.admit(own);
    if (before === null) showDecision('admitted');
    else showDecision('already_admitted', before);
    await connection.changed();
  }

  /** Sends a search, or the admission of a ticket that it has found, with the key of its form. */
  async function search(sent: HTMLFormElement): Promise<void> {
    const isAdmission = 'admit' in sent.dataset;
    if (isAdmission) find('#result')?.setAttribute('data-pending', '');
    try {
      if ((offline?.connection.mode() ?? 'connected') !== 'connected') return sayUnsearched('offline', isAdmission);
      const page = await send(sent, 1);
      if (isAdmission) {
        const field = (name: string): string => sent.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? '';
        await remember(page, field('ticketId'), field('key'));
        showPage(page);
        find('#result')?.scrollIntoView();
      }
      showSearch(page);
    } catch (error) {
      if (offline === undefined && error instanceof NoAccess) return location.reload();
      if (!(error instanceof NoAnswer || error instanceof NoAccess)) throw error;
      sayUnsearched('noAnswer', isAdmission);
      await offline?.connection.lost(error);
    }
  }

  /** Beside the search, or for an admission where its answer would be. */
  function sayUnsearched(reason: 'offline' | 'noAnswer', isAdmission: boolean): void {
    if (!isAdmission) return saySearch(reason);
    say(form.dataset['noAnswer'] ?? '');
    find('#result')?.scrollIntoView();
  }

  async function onChange(state: ConnectionState, before: Mode): Promise<void> {
    showConnection(state);
    if (state.mode === 'connected' && (before !== 'connected' || !isKept)) await keep();
  }

  async function keep(): Promise<void> {
    const answered = await call(location.href).catch(() => null);
    if (!answered?.ok) return;
    const page = parse(await answered.clone().text());
    showCounts(page);
    await keepPage(page, answered, [form.dataset['reader'] ?? '']);
    isKept = true;
  }

  /** Opens what it needs to decide without a connection, and begins to keep it fresh. */
  async function prepare(): Promise<void> {
    if (!window.isSecureContext || !(await canVerify())) return showOnlineOnly();
    const store = await openDoorStore(eventId);
    const list = await store.list();
    const connection = createConnection({ store, eventId, list, onChange: (...o) => void onChange(...o) });
    offline = { store, connection };
    void navigator.storage.persist();
    window.addEventListener('online', () => void connection.synchronise());
    // After a reload it is known at once; that it is connected is not.
    if (connection.mode() !== 'connected') void connection.changed();
    void connection.synchronise();
    void startWorker();
  }
  const ready = prepare().catch(() => showOnlineOnly());

  return {
    /** Presents what was entered, or a code that was read, unless another one is being checked. @returns whether it did */
    async present(read?: string): Promise<boolean> {
      if (asking) return false;
      asking = true;
      if (read !== undefined) input.value = read;
      find('#result')?.setAttribute('data-pending', '');
      await ready;
      try {
        await present();
      } catch (error) {
        showDecision('not_checked');
        console.error(error);
      }
      asking = false;
      input.value = '';
      if (find('[data-camera]')?.hidden) input.focus();
      return true;
    },
    /** Searches by name, or admits a ticket that was found: the box office alone has names. */
    async search(sent: HTMLFormElement): Promise<void> {
      if (asking) return;
      asking = true;
      await ready;
      await search(sent).finally(() => (asking = false));
    },
    async undo(undoing: HTMLFormElement): Promise<void> {
      const isFound = undoing.closest('#search') !== null;
      try {
        const page = await send(undoing, 1);
        showPage(page);
        if (isFound) showSearch(page);
        await offline?.connection.synchronise();
      } catch (error) {
        if (offline === undefined && error instanceof NoAccess) return location.reload();
        if (!(error instanceof NoAnswer || error instanceof NoAccess)) throw error;
        say(form.dataset['notUndone'] ?? '');
        await offline?.connection.lost(error);
      } finally {
        if (isFound) find('#result')?.scrollIntoView();
      }
    },
  };
}

const form = find<HTMLFormElement>('form[data-door]');
const input = find<HTMLInputElement>('#code');
const camera = find('[data-camera]');
const start = find<HTMLButtonElement>('[data-start]');
if (form && input) {
  // A page that the device kept has the same key each time. One that asks for a code again has the key of that code.
  if (input.defaultValue === '') renewKey();
  const door = createDoor(form, input);
  document.addEventListener('submit', (event) => {
    const sent = event.target as HTMLFormElement;
    const [isUndo, isSearch] = [sent.closest('.undo') !== null, sent.closest('#search') !== null];
    if (sent !== form && !isUndo && !isSearch) return;
    event.preventDefault();
    allowTones();
    if (sent === form) void door.present();
    else void (isUndo ? door.undo(sent) : door.search(sent));
  });
  // A tap on the search opens it, ready to type.
  document.addEventListener('click', ({ target }) => {
    const isSummary = target instanceof Element && target.closest('#search > summary') !== null;
    if (isSummary) requestAnimationFrame(() => find('#text')?.focus());
  });
  if (camera && start && 'mediaDevices' in navigator) {
    const refusal = find('[data-no-camera]');
    const show = (isRefused: boolean): void => {
      if (refusal) refusal.hidden = !isRefused;
    };
    start.hidden = false;
    start.addEventListener('click', () => {
      allowTones();
      start.hidden = true;
      show(false);
      scan(camera, form.dataset['reader'] ?? '', (code) => door.present(code)).catch(() => {
        start.hidden = false;
        show(true);
      });
    });
  }
  const sound = find('[data-sound]');
  const isOn = sound?.querySelector('input');
  if (sound && isOn && canPlayTones()) {
    sound.hidden = false;
    isOn.checked = !areTonesMuted();
    isOn.addEventListener('change', () => muteTones(!isOn.checked));
  }
}
