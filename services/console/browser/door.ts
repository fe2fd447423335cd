// Keeps the door's page in place while codes are checked, and reads them with the camera. The page works without it.

interface Code {
  readonly rawValue: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly Code[]>;
}
declare global {
  interface Window {
    readonly BarcodeDetector?: {
      new (o: { formats: string[] }): Detector;
      getSupportedFormats(): Promise<readonly string[]>;
    };
    readonly jsQR?: (data: Uint8ClampedArray, width: number, height: number) => { readonly data: string } | null;
  }
}

const LOOK_MS = 150;
/** The same code within this time is the same ticket in front of the camera. */
const SAME_CODE_MS = 4_000;
const RETRY_MS = 1_000;
const MAX_TRIES = 60;
const MAX_RECENT = 5;
const MAX_PIXELS_WIDE = 640;

const find = <T extends HTMLElement>(selector: string): T | null => document.querySelector<T>(selector);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Replaces the parts that an answer changes. */
function showAnswer(page: Document): void {
  for (const id of ['result', 'counts', 'key']) {
    const [old, next] = [document.getElementById(id), page.getElementById(id)];
    if (old && next) old.replaceWith(next);
  }
  const result = find('#result');
  const word = result?.querySelector('.word')?.textContent ?? '';
  const text = result?.querySelector('.result-text')?.textContent ?? '';
  const recent = find('[data-recent]');
  const line = document.createElement('li');
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hourCycle: 'h23' });
  line.textContent = `${time} · ${word} · ${text}`;
  recent?.querySelector('ol')?.prepend(line);
  recent?.querySelectorAll(`li:nth-child(n + ${MAX_RECENT + 1})`).forEach((old) => old.remove());
  if (recent) recent.hidden = false;
  // One short pulse for "admit", three for "no".
  navigator.vibrate?.(result?.dataset['tone'] === 'good' ? 120 : [120, 80, 120, 80, 120]);
}

const say = (text: string): void => {
  const shown = find('#result .result-text');
  if (shown) shown.textContent = text;
};

/** Sends the form until it is answered: with the same key the ticket is admitted once. */
async function ask(form: HTMLFormElement): Promise<void> {
  const fields = new FormData(form);
  const body = new URLSearchParams();
  for (const [name, value] of fields) if (typeof value === 'string') body.set(name, value);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      const response = await fetch(form.action, { method: 'POST', body });
      if (response.ok) return showAnswer(new DOMParser().parseFromString(await response.text(), 'text/html'));
      // The session has ended: the page says so.
      if (response.status < 500) return location.reload();
    } catch {
      // No connection.
    }
    say(form.dataset['retrying'] ?? '');
    await sleep(RETRY_MS);
  }
  say(form.dataset['noAnswer'] ?? '');
}

let asking = false;

async function present(form: HTMLFormElement): Promise<void> {
  const input = form.querySelector<HTMLInputElement>('#code');
  if (asking || !input) return;
  asking = true;
  await ask(form);
  asking = false;
  input.value = '';
  if (find<HTMLElement>('[data-camera]')?.hidden) input.focus();
}

/** Reads the code in front of the camera, with the browser's own reader where there is one. */
async function createReader(script: string): Promise<(video: HTMLVideoElement) => Promise<string | undefined>> {
  if (window.BarcodeDetector && (await window.BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
    const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  await new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('script'), { src: script, onload: resolve, onerror: reject });
    document.head.append(element);
  });
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  return async (video) => {
    if (!context || video.videoWidth === 0) return undefined;
    const { canvas } = context;
    canvas.width = Math.min(MAX_PIXELS_WIDE, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return window.jsQR?.(data, width, height)?.data || undefined;
  };
}

async function scan(form: HTMLFormElement, camera: HTMLElement): Promise<void> {
  const video = camera.querySelector('video');
  const input = form.querySelector<HTMLInputElement>('#code');
  if (!video || !input) return;
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const read = await createReader(form.dataset['reader'] ?? '');
  await video.play();
  camera.hidden = false;
  let last = { code: '', at: 0 };
  for (;;) {
    await sleep(LOOK_MS);
    const code = asking ? undefined : await read(video).catch(() => undefined);
    if (code === undefined || (code === last.code && performance.now() - last.at < SAME_CODE_MS)) continue;
    input.value = code;
    await present(form);
    last = { code, at: performance.now() };
  }
}

const form = find<HTMLFormElement>('form[data-door]');
const camera = find('[data-camera]');
const start = find<HTMLButtonElement>('[data-start]');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void present(form);
});
if (form && camera && start && 'mediaDevices' in navigator) {
  start.hidden = false;
  start.addEventListener('click', () => {
    start.hidden = true;
    scan(form, camera).catch(() => say(form.dataset['noCamera'] ?? ''));
  });
}

export {};
