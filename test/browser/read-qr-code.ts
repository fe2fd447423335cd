import jsqr from 'jsqr';
import type { Locator } from 'playwright-core';

// Node gives the module's exports as its default, TypeScript the function.
const decode = jsqr as unknown as { readonly default: typeof jsqr.default };
const PIXELS_PER_MODULE = 4;

/** What a scanner reads from a QR code that is an SVG path of dark runs, as the shop draws it; empty if nothing. */
export async function readQrCode(svg: Locator): Promise<string> {
  const size = Number((await svg.getAttribute('viewBox'))?.split(' ')[2]);
  const path = (await svg.locator('path').getAttribute('d')) ?? '';
  const width = size * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x = '', y = '', length = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let dy = 0; dy < PIXELS_PER_MODULE; dy++) {
      const from = (Number(y) * PIXELS_PER_MODULE + dy) * width + Number(x) * PIXELS_PER_MODULE;
      for (let i = from; i < from + Number(length) * PIXELS_PER_MODULE; i++) pixels.fill(0, i * 4, i * 4 + 3);
    }
  }
  return decode.default(pixels, width, width)?.data ?? '';
}
