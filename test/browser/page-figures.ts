import type { BrowserContext, Page } from 'playwright-core';

/** A first visit to one page. */
export interface PageFigures {
  /** Bytes on the wire of all that is not a picture: document, styles, scripts, font. */
  readonly bytes: number;
  /** From the request until the largest element was painted. */
  readonly largestPaintMs: number;
  /** Sum of the layout shifts; 0: nothing has moved. */
  readonly layoutShift: number;
}

/** A phone of the middle class on a slow mobile connection. */
const SLOW_PHONE = { latencyMs: 150, bytesPerSecond: 1_600_000 / 8, slowerCpu: 4 } as const;
/** What is painted or moved later belongs to no first visit. */
const SETTLED_MS = 1_500;

/** Runs in the page, before anything of it. */
const OBSERVE = `
  window.figures = { paintMs: 0, shift: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.figures.paintMs = entry.startTime)))
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.figures.shift += entry.value)))
    .observe({ type: 'layout-shift', buffered: true });
`;

/** Visits a page with an empty cache, as a slow phone if `slow`. `context` is a new one. */
export async function measureFirstVisit(context: BrowserContext, url: string, slow: boolean): Promise<PageFigures> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  if (slow) {
    const { latencyMs: latency, bytesPerSecond: downloadThroughput } = SLOW_PHONE;
    const offline = false;
    await client.send('Network.emulateNetworkConditions', {
      offline,
      latency,
      downloadThroughput,
      uploadThroughput: downloadThroughput,
    });
    await client.send('Emulation.setCPUThrottlingRate', { rate: SLOW_PHONE.slowerCpu });
  }
  const pictures = new Set<string>();
  let bytes = 0;
  client.on('Network.requestWillBeSent', ({ requestId, type }) => type === 'Image' && pictures.add(requestId));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!pictures.has(requestId)) bytes += encodedDataLength;
  });
  await page.addInitScript(OBSERVE);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLED_MS);
  const { paintMs, shift } = await figuresIn(page);
  await page.close();
  return { bytes, largestPaintMs: paintMs, layoutShift: shift };
}

const figuresIn = (page: Page): Promise<{ paintMs: number; shift: number }> => page.evaluate('window.figures');
