import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { startServices } from '@box-office/infra';
import { launchBrowser } from '../../browser/browser.js';
import { measureFirstVisit, type PageFigures } from '../../browser/page-figures.js';
import { openLoop } from '../load/open-loop.js';
import type { Measured } from '../load/recorder.js';
import { median } from '../measuring/median.js';
import type { BenchHarness } from '../bench-harness.js';
import { generateSale, largeEvent, measuredSale, purchaseLoad } from './measured-sale.js';

const LIVE_PAGES = 1_000;
/** Sales with and without live pages, in turn. */
const PAIRS = 3;
const PHONE = { width: 390, height: 844 };

export interface Pages {
  /** Until the first byte of an event's page, at a fixed rate. */
  readonly firstByte: Measured;
  /** On a slow phone. */
  readonly visit: PageFigures;
  /** CPU of all our processes, the shop included, for one purchase: without live pages, and beside a thousand. */
  readonly live: { readonly pages: number; readonly cpuMsWithout: number; readonly cpuMsBeside: number };
}

/** Measures the event's page of one shop: alone, in a browser, and open a thousand times beside purchases of the event. */
export async function measurePages(
  harness: BenchHarness,
  o: {
    readonly perSecond: number;
    readonly buyers: number;
    readonly warmUpMs: number;
    readonly measureMs: number;
  },
): Promise<Pages> {
  const { stack } = harness.bench;
  const env = { API_URL: harness.gatewayUrls[0] ?? '' };
  const services = await startServices(stack, { shop: 1 }, { env, label: 'pages-' });
  try {
    const [shop] = services.shop;
    if (!shop) throw new Error('there is no shop');
    const [eventId] = await largeEvent(harness);
    const url = `${shop.url}/events/${eventId}`;
    const firstByte = await requestPages(url, o);
    const visit = await visitOnPhone(url);
    const live = await sellBesideLivePages(harness, { ...o, shopUrl: shop.url, shopPid: shop.pid ?? 0 });
    return { firstByte, visit, live };
  } finally {
    await services.stop();
  }
}

async function requestPages(url: string, o: { perSecond: number; warmUpMs: number; measureMs: number }) {
  const agent = new Agent({ keepAlive: true });
  const { all } = await openLoop({
    ...o,
    async attempt() {
      const answer = await open(url, agent);
      answer.resume();
      return { counts: answer.statusCode === 200 };
    },
  });
  agent.destroy();
  return all;
}

async function visitOnPhone(url: string): Promise<PageFigures> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true });
    return await measureFirstVisit(context, url, true);
  } finally {
    await browser.close();
  }
}

async function sellBesideLivePages(
  harness: BenchHarness,
  o: { shopUrl: string; shopPid: number; buyers: number; warmUpMs: number; measureMs: number },
): Promise<Pages['live']> {
  const { buyers, warmUpMs, measureMs } = o;
  const processes = { ...harness.processes, shop: [o.shopPid] };
  const sell = async (livePages: number): Promise<number> => {
    const eventIds = await largeEvent(harness);
    const agent = new Agent({ maxSockets: Infinity });
    const live = `${o.shopUrl}/events/${eventIds[0]}/live`;
    const pages = await Promise.all(Array.from({ length: livePages }, () => open(live, agent)));
    pages.forEach((page) => page.resume());
    const load = purchaseLoad(harness, { eventIds, profile: { kind: 'closed', buyers, warmUpMs, measureMs } });
    const { details } = await measuredSale(harness, eventIds, () => generateSale(harness, load), processes);
    pages.forEach((page) => page.destroy());
    agent.destroy();
    const { loadGenerator: _, ...ours } = details.cpuMsPerPurchase;
    return Object.values(ours).reduce((sum, ms) => sum + ms, 0);
  };
  const without: number[] = [];
  const beside: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    without.push(await sell(0));
    beside.push(await sell(LIVE_PAGES));
  }
  return { pages: LIVE_PAGES, cpuMsWithout: median(without), cpuMsBeside: median(beside) };
}

/** The answer, as soon as its head is there. @throws Error if it is no page */
async function open(url: string, agent: Agent): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  answer.on('error', () => undefined);
  return answer;
}
