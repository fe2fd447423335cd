import { readTicketCode } from '@box-office/contract/ticket-code';
import { scan } from './camera.js';
import { canVerify, checkCode, decide } from './check-code.js';
import { createConnection, type Connection, type ConnectionState, type Mode } from './connection.js';
import { call, callForText, NoAccess, NoAnswer } from './door-calls.js';
import { openDoorStore, type DoorList, type DoorStore } from './door-store.js';
import {
  find,
  focusIfLost,
  isCameraOn,
  markPending,
  renewKey,
  say,
  saySearch,
  showConnection,
  showCounts,
  showCodeRefused,
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
/** A browser whose storage does not open keeps no one waiting longer: its codes are checked by the box office. */
const PREPARE_MS = 3_000;
/** Codes without an answer whose keys are kept, the newest ones. */
const MAX_UNANSWERED = 100;

/** What a device needs to decide by itself. */
interface Offline {
  readonly store: DoorStore;
  readonly connection: Connection;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html');

function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.set(name, value);
  return fields;
}

/** Sends a form of the page. */
const send = async (action: string, body: URLSearchParams): Promise<Document> =>
  parse(await callForText(action, { method: 'POST', body }));

/** The door of this page. */
function createDoor(form: HTMLFormElement, input: HTMLInputElement) {
  const { eventId = '', gate = '' } = form.dataset;
  let offline: Offline | undefined;
  let isKept = false;
  /** Keys of codes that the box office may have admitted without an answer. */
  const unanswered = new Map<string, string>();
  /** The code that waits for its turn, or for its answer: the only one. */
  let presenting: string | undefined;
  /** Requests that wait for their turn, or for their answer. */
  let pending = 0;
  let turn: Promise<unknown> = Promise.race([prepare(), sleep(PREPARE_MS)])
    .catch(() => undefined)
    .then(() => {
      if (offline === undefined) showOnlineOnly();
    });
  /** Forms of admissions that are pending: pressing the button again sends no second one. */
  const pendingForms = new Set<HTMLFormElement>();
  let newestSearch: URLSearchParams | undefined;

  /** One request after the other, in the order in which they came. */
  function inTurn(task: () => Promise<void>): Promise<void> {
    pending += 1;
    const done = turn
      .then(task)
      .catch((error: unknown) => {
        showDecision('not_checked');
        console.error(error);
      })
      .finally(() => (pending -= 1));
    turn = done;
    return done;
  }

  function inTurnOnce(sent: HTMLFormElement, task: () => Promise<void>): void {
    if (pendingForms.has(sent)) return;
    pendingForms.add(sent);
    void inTurn(task).finally(() => pendingForms.delete(sent));
  }

  /** A key belongs to one code. The code that has no answer is asked about with its own again. */
  function keyOf(code: string): string {
    const own = unanswered.get(code);
    unanswered.delete(code);
    return own ?? find<HTMLInputElement>('#key')?.value ?? '';
  }

  async function present(code: string): Promise<void> {
    presenting = code;
    showCodeRefused(false);
    markPending();
    await inTurn(() => {
      markPending();
      return check(code);
    });
    presenting = undefined;
    const isElsewhere = document.activeElement?.closest('#search, .undo');
    if (!isElsewhere && !isCameraOn()) input.focus();
  }

  const listNow = (): DoorList | undefined => offline?.connection.list();
  const isConnected = (): boolean => (offline?.connection.mode() ?? 'connected') === 'connected';

  async function check(code: string): Promise<void> {
    const key = keyOf(code);
    if (isConnected() || listNow() === undefined) {
      try {
        const page = await sendCode(new URLSearchParams({ key, code }));
        await remember(page, readTicketCode(code)?.ticketId, key);
        return showPage(page);
      } catch (error) {
        if (listNow() === undefined) return giveUp(error, code, key);
        await offline?.connection.lost(error);
      }
    }
    const list = listNow();
    if (offline !== undefined && list !== undefined) await decideHere(offline, list, code, key);
  }

  /** Sends a code; while this device cannot decide, again: with the same key a ticket is admitted once. */
  async function sendCode(body: URLSearchParams): Promise<Document> {
    for (let tries = 1; ; tries++) {
      try {
        return await send(form.action, body);
      } catch (error) {
        if (!(error instanceof NoAnswer) || tries >= MAX_TRIES || listNow() !== undefined) throw error;
      }
      say(form.dataset['retrying'] ?? '');
      await sleep(RETRY_MS);
    }
  }

  function giveUp(error: unknown, code: string, key: string): void {
    if (error instanceof NoAccess) return location.reload();
    if (!(error instanceof NoAnswer)) throw error;
    unanswered.set(code, key);
    const [oldest = ''] = unanswered.keys();
    if (unanswered.size > MAX_UNANSWERED) unanswered.delete(oldest);
    renewKey();
    say(form.dataset['noAnswer'] ?? '');
  }

  /** Who was admitted here is known here, also before the list says so. */
  async function remember(page: Document, ticketId: string | undefined, key: string): Promise<void> {
    if (page.getElementById('result')?.dataset['result'] !== 'admitted' || ticketId === undefined) return;
    const admittedAt = new Date(Date.now() + (listNow()?.clockAheadMs ?? 0)).toISOString();
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
  async function search(action: string, body: URLSearchParams, isAdmission: boolean): Promise<void> {
    if (isAdmission) markPending();
    saySearch();
    try {
      if (!isConnected()) return sayUnsearched('offline', isAdmission);
      const page = await send(action, body);
      if (isAdmission) {
        await remember(page, body.get('ticketId') ?? undefined, body.get('key') ?? '');
        showPage(page);
        find('#result')?.scrollIntoView();
      }
      showSearch(page, isAdmission ? nextField() : find('#said'));
    } catch (error) {
      await failed(error, () => sayUnsearched('noAnswer', isAdmission));
    }
  }

  /** Beside the search, or for an admission where its answer would be. */
  function sayUnsearched(reason: 'offline' | 'noAnswer', isAdmission: boolean): void {
    if (!isAdmission) return saySearch(reason);
    say(form.dataset['noAnswer'] ?? '');
    find('#result')?.scrollIntoView();
  }

  async function undo(action: string, body: URLSearchParams, isFound: boolean): Promise<void> {
    try {
      const page = await send(action, body);
      showPage(page);
      if (isFound) showSearch(page, nextField());
      else focusIfLost(nextField());
      void offline?.connection.synchronise();
    } catch (error) {
      await failed(error, () => say(form.dataset['notUndone'] ?? ''));
    } finally {
      if (isFound) find('#result')?.scrollIntoView();
    }
  }

  /** Has the focus after an admission or an undoing, so that the next code of a hand scanner arrives. */
  const nextField = (): HTMLElement | null => (isCameraOn() ? find('#said') : input);

  /** For what the box office alone can do. */
  async function failed(error: unknown, sayNoAnswer: () => void): Promise<void> {
    if (offline === undefined && error instanceof NoAccess) return location.reload();
    if (!(error instanceof NoAnswer || error instanceof NoAccess)) throw error;
    sayNoAnswer();
    await offline?.connection.lost(error);
  }

  async function onChange(state: ConnectionState, before: Mode): Promise<void> {
    showConnection(state);
    if (state.mode === 'connected' && (before !== 'connected' || !isKept)) {
      // The next synchronisation tries it again.
      await keep().catch(() => undefined);
    }
  }

  async function keep(): Promise<void> {
    const answered = await call(location.href);
    if (!answered.ok) return;
    const page = parse(await answered.clone().text());
    showCounts(page);
    await keepPage(page, answered, [form.dataset['reader'] ?? '']);
    isKept = true;
  }

  /** Opens what it needs to decide without a connection, and begins to keep it fresh. */
  async function prepare(): Promise<void> {
    if (!window.isSecureContext || !(await canVerify())) return;
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

  return {
    /** Presents what was entered, unless a code is in progress; the field is emptied, so that codes do not run together. */
    enter(): void {
      const code = input.value.trim();
      input.value = '';
      if (presenting === undefined) void present(code);
      else if (code !== '' && code !== presenting) showCodeRefused(true);
    },
    /** Presents a code that was read, unless something else is in progress. @returns whether it did */
    async read(code: string): Promise<boolean> {
      if (pending > 0 || find('#result .undo[open]')) return false;
      await present(code);
      return true;
    },
    /** Searches by name, or admits a ticket that was found: the box office alone has names. */
    search(sent: HTMLFormElement): void {
      const body = fieldsOf(sent);
      if (pending > 0) saySearch('waiting');
      if ('admit' in sent.dataset) return inTurnOnce(sent, () => search(sent.action, body, true));
      newestSearch = body;
      void inTurn(async () => {
        if (newestSearch === body) await search(sent.action, body, false);
      });
    },
    undo(sent: HTMLFormElement): void {
      const body = fieldsOf(sent);
      const isFound = sent.closest('#search') !== null;
      inTurnOnce(sent, () => undo(sent.action, body, isFound));
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
    if (sent === form) door.enter();
    else if (isUndo) door.undo(sent);
    else door.search(sent);
  });
  // A tap on the search opens it, ready to type.
  document.addEventListener('click', ({ target }) => {
    const isSummary = target instanceof Element && target.closest('#search > summary') !== null;
    if (isSummary) requestAnimationFrame(() => find('#text')?.focus());
  });
  if (camera && start && 'mediaDevices' in navigator) {
    const reason = find('[data-no-camera]');
    /** The camera is on, or why it is not. */
    const show = (problem?: 'refused' | 'ended'): void => {
      start.hidden = problem === undefined;
      if (!reason) return;
      reason.hidden = problem === undefined;
      reason.textContent = reason.dataset[problem ?? ''] ?? '';
    };
    start.hidden = false;
    start.addEventListener('click', () => {
      allowTones();
      show();
      scan(camera, form.dataset['reader'] ?? '', (code) => door.read(code)).then(
        () => show('ended'),
        () => show('refused'),
      );
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
