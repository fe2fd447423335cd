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

const CHECK_EVERY_MS = 150;
/** The same code, seen again within this time, is the same ticket in front of the camera: it is not presented again. */
const SAME_CODE_MS = 4_000;
const MAX_PIXELS_WIDE = 640;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads the code in front of the camera, with the browser's own reader where there is one. */
async function createReader(script: string): Promise<(video: HTMLVideoElement) => Promise<string | undefined>> {
  if (window.BarcodeDetector && (await window.BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
    const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  if (window.jsQR === undefined) {
    await new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement('script'), {
        src: script,
        onload: resolve,
        onerror: reject,
      });
      document.head.append(element);
    });
  }
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

/**
 * Presents each code that comes before the camera, one after the other, until the camera has ended.
 *
 * @param present whether it was presented; if not, it is tried again while it stays before the camera
 */
export async function scan(
  camera: HTMLElement,
  readerScript: string,
  present: (code: string) => Promise<boolean>,
): Promise<void> {
  const video = camera.querySelector('video');
  if (!video) return;
  const read = await createReader(readerScript);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  await video.play().catch((error: unknown) => {
    for (const track of stream.getTracks()) track.stop();
    throw error;
  });
  camera.hidden = false;
  let last = { code: '', at: 0 };
  for (;;) {
    await sleep(CHECK_EVERY_MS);
    // Another app has taken it, or it was switched off.
    if (stream.getVideoTracks()[0]?.readyState === 'ended') {
      camera.hidden = true;
      return;
    }
    const code = await read(video).catch(() => undefined);
    if (code === undefined) continue;
    const isSame = code === last.code && performance.now() - last.at < SAME_CODE_MS;
    if (isSame || (await present(code))) last = { code, at: performance.now() };
  }
}
